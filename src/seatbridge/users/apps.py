from django.apps import AppConfig


class UsersConfig(AppConfig):
    name = "seatbridge.users"
    label = "users"
