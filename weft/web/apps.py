"""Web as a Django app."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    """Pages that span contexts."""

    name = "weft.web"
    label = "web"
    default_auto_field = "django.db.models.BigAutoField"
