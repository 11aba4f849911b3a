from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "seatbridge.web"
    label = "web"
