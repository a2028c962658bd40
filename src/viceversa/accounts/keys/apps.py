from django.apps import AppConfig


class KeysConfig(AppConfig):
    name = "viceversa.accounts.keys"
    label = "keys"
