from django.apps import AppConfig


class SyncConfig(AppConfig):
    name = "seatbridge.sync"
    label = "sync"
    default_auto_field = "django.db.models.BigAutoField"
