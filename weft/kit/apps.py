"""Kit as a Django app."""

from django.apps import AppConfig


class KitConfig(AppConfig):
    """What every context stands on."""

    name = "weft.kit"
    label = "kit"
    default_auto_field = "django.db.models.BigAutoField"
