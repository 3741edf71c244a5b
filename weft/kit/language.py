"""Which of the city's two names a reader is shown."""

from django.utils.translation import get_language


def in_language(english: str, french: str) -> str:
    """The French text for a reader of French where there is one, else the English."""
    return french if french and (get_language() or "").startswith("fr") else english
