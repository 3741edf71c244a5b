"""Sense as a Django app."""

from django.apps import AppConfig


class SenseConfig(AppConfig):
    """What the city's sensors say."""

    name = "weft.sense"
    label = "sense"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Make the context's permissions, events and city-folder sets known."""
        from weft.sense import events, permissions  # noqa: F401
