"""Govern as a Django app."""

from django.apps import AppConfig


class GovernConfig(AppConfig):
    """What was promised and what is."""

    name = "weft.govern"
    label = "govern"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Make the context's permissions, events and city-folder sets known."""
        from weft.govern import events, permissions  # noqa: F401
