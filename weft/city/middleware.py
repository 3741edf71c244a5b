"""Finds out who is asking: a person by session, another system by bearer token."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from weft.city.queries import actor_of_person, actor_of_token, profile
from weft.kit.access import NOBODY, Actor


def identify(respond: Callable[[HttpRequest], HttpResponseBase]) -> Callable[[HttpRequest], HttpResponseBase]:
    """Set `request.actor`, looked up when first needed, and `request.city`; times are told in the city's zone.

    A bearer token stands alone: with one, the session is not looked at and CSRF does not apply,
    because a browser never adds the header by itself.
    """

    def answer(request: HttpRequest) -> HttpResponseBase:
        request.actor = SimpleLazyObject(lambda: find_actor(request))  # type: ignore[attr-defined]
        request.city = profile()  # type: ignore[attr-defined]
        with timezone.override(request.city.timezone):  # type: ignore[attr-defined]
            return respond(request)

    return answer


def bearer(request: HttpRequest) -> str | None:
    """The token of an `Authorization: Bearer` header, if there is one (RFC 6750, section 2.1)."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" and token.strip() else None


def find_actor(request: HttpRequest) -> Actor:
    """Who this request comes from."""
    token = bearer(request)
    if token is not None:
        return actor_of_token(token) or NOBODY
    user = request.user
    return actor_of_person(user.pk) if user.is_authenticated and user.pk is not None else NOBODY
