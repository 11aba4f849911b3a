"""Available Integrations, and the one page of an integration."""

from django.urls import path

from seatbridge.web.integrations import (
    calendar,
    catalog,
    connection,
    methods,
    owed,
    page,
    products,
    rules,
    schedule,
    switch,
    tiles,
)

urlpatterns = [
    path("", tiles.show, name="integrations"),
    path("kaseya-bms/", connection.new, name="integration-new"),
    path("<int:number>/", page.show, name="integration"),
    path("<int:number>/state", page.show_state, name="integration-state"),
    path("<int:number>/connection", connection.save, name="integration-connection"),
    path("<int:number>/switch", switch.save, name="integration-switch"),
    path("<int:number>/products", products.save, name="integration-products"),
    path("<int:number>/services", products.search, name="integration-services"),
    path("<int:number>/catalog", catalog.refresh, name="integration-catalog"),
    path("<int:number>/schedule", schedule.save, name="integration-schedule"),
    path("<int:number>/calendar", calendar.save, name="integration-calendar"),
    path("<int:number>/calendar/contract", calendar.save_contract, name="integration-contract-terms"),
    path("<int:number>/posted", calendar.note_done, name="integration-posted"),
    path("<int:number>/method", methods.choose, name="integration-method"),
    path("<int:number>/test-contract", methods.name_contract, name="integration-test-contract"),
    path("<int:number>/prorations", methods.answer_prorations, name="integration-prorations"),
    path("<int:number>/rules", rules.save, name="integration-rules"),
    # A company's ref may hold a slash: it stands last.
    path("<int:number>/rules/of/<path:ref>", rules.of_company, name="company-rules"),
    path("<int:number>/owed/<int:owed_id>", owed.answer, name="integration-owed"),
]
