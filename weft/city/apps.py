"""City as a Django app."""

from django.apps import AppConfig


class CityConfig(AppConfig):
    """The one shared model of the city."""

    name = "weft.city"
    label = "city"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Make the context's permissions, events and city-folder sets known."""
        from weft.city import events, permissions  # noqa: F401
