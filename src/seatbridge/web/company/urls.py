from django.urls import path

from seatbridge.web.company import page, why

# A company's ref may hold a slash: it stands last.
urlpatterns = [
    path("company/<path:ref>", page.show, name="company"),
    path("why/<int:integration>/<str:product>/<path:ref>", why.show, name="why"),
]
