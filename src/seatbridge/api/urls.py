"""/api/: the operations, the document and its page, and a problem for everything else."""

from django.urls import path, re_path

from seatbridge.api.docs import page
from seatbridge.api.document import make_api
from seatbridge.api.door import unknown

api = make_api()
urlpatterns = [
    path("v1/docs", page(api.get_openapi_schema), name="api-docs"),
    path("v1/", api.urls),
    re_path(r"^(?P<rest>.*)$", unknown),
]
