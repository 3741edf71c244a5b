"""Serve as a Django app."""

from django.apps import AppConfig


class ServeConfig(AppConfig):
    """What residents ask for."""

    name = "weft.serve"
    label = "serve"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Make the context's permissions, events and city-folder sets known."""
        from weft.serve import events, permissions  # noqa: F401
