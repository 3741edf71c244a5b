"""Paging by key: the place to go on from, as text in the address."""

from datetime import UTC, datetime

from django.utils.translation import gettext as _

from weft.kit.errors import Invalid


def key_of(moment: datetime, row_id: int) -> str:
    """The key of a row that is sorted by a moment and its id."""
    return f"{moment.astimezone(UTC).isoformat()}~{row_id}".replace("+00:00", "Z")


def read_key(text: str) -> tuple[datetime, int] | None:
    """The moment and id of a key; None for none; `Invalid` for what is no key."""
    if not text:
        return None
    moment, _tilde, row_id = text.partition("~")
    try:
        found = datetime.fromisoformat(moment)
        if found.tzinfo is None:
            raise ValueError(moment)
        return found, int(row_id)
    except ValueError:
        raise Invalid(
            _("This page of the list does not exist. Go back to its first page."), field="after"
        ) from None
