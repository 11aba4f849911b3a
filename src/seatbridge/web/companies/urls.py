"""Company Mapping: which company is billed on which account and contract."""

from django.urls import path

from seatbridge.web.companies import editing, excluding, files, listing, renewals, suggestions

urlpatterns = [
    path("", listing.show, name="companies"),
    path("suggestions/", suggestions.show, name="suggestions"),
    path("mapping/<int:number>/renewals/", renewals.show, name="renewals"),
    path("mapping/<int:number>/renewals/accept", renewals.accept, name="renewals-accept"),
    path("mapping/<int:number>/<int:company_id>/", editing.edit, name="company-mapping"),
    path("mapping/<int:number>/<int:company_id>/row", listing.show_row, name="company-row"),
    path("mapping/<int:number>/<int:company_id>/first", editing.show_first_write, name="company-first-write"),
    path("mapping/<int:number>/<int:company_id>/exclude", excluding.exclude, name="company-exclude"),
    path("mapping/<int:number>/<int:company_id>/again", excluding.bill_again, name="company-again"),
    path("mapping/<int:number>/<int:company_id>/forget", excluding.forget, name="company-forget"),
    path("mapping/<int:number>/file", files.bring, name="mapping-file"),
    path("mapping/<int:number>/mappings.csv", files.take, name="mapping-csv"),
]
