from django.apps import AppConfig


class MappingsConfig(AppConfig):
    name = "seatbridge.mappings"
    label = "mappings"
    default_auto_field = "django.db.models.BigAutoField"
