from django.urls import path

from seatbridge.web.team import audit, members, tokens

urlpatterns = [
    path("", members.show, name="team"),
    path("invite", members.invite_member, name="team-invite"),
    path("invitations/<int:number>", members.show_invitation, name="team-invitation"),
    path("invitations/<int:number>/withdraw", members.withdraw_invitation, name="team-withdraw"),
    path("members/<int:number>/role", members.give_role, name="team-role"),
    path("members/<int:number>/remove", members.remove_member, name="team-remove"),
    path("tokens/", tokens.show, name="team-tokens"),
    path("tokens/make", tokens.make, name="team-make-token"),
    path("tokens/<int:number>", tokens.show_one, name="team-token"),
    path("tokens/<int:number>/revoke", tokens.revoke, name="team-revoke-token"),
    path("audit/", audit.show, name="team-audit"),
]
