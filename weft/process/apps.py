"""Process as a Django app."""

from django.apps import AppConfig


class ProcessConfig(AppConfig):
    """Work that crosses departments."""

    name = "weft.process"
    label = "process"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Make the context's permissions, events and city-folder sets known."""
        from weft.process import events, permissions  # noqa: F401
