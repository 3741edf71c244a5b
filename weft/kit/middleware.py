"""What stands before every page: security headers, and the guard that lets nobody in unless a view says so."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.utils.cache import patch_vary_headers
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from weft.config.options import current
from weft.kit.access import PUBLIC, SIGNED_IN
from weft.kit.errors import Invalid, NotAllowed, Refusal, TooOften

Respond = Callable[[HttpRequest], HttpResponseBase]


def content_security_policy(tiles: str) -> str:
    """The policy of every page: everything from here, no inline script or style; map tiles if there are any."""
    host = urlsplit(tiles).netloc
    tile_source = f" {urlsplit(tiles).scheme}://{host}" if host else ""
    return "; ".join(
        [
            "default-src 'self'",
            "script-src 'self'",
            "style-src 'self'",
            f"img-src 'self' data:{tile_source}",
            f"connect-src 'self'{tile_source}",
            "font-src 'self'",
            "worker-src 'self'",
            "object-src 'none'",
            "base-uri 'none'",
            "frame-ancestors 'none'",
            "form-action 'self'",
        ]
    )


def security_headers(respond: Respond) -> Respond:
    """Add the headers that Django does not add itself."""
    policy = content_security_policy(current().tiles)

    def answer(request: HttpRequest) -> HttpResponseBase:
        response = respond(request)
        response.headers.setdefault("Content-Security-Policy", policy)
        response.headers.setdefault("X-Frame-Options", "DENY")
        response.headers.setdefault(
            "Permissions-Policy", "geolocation=(self), camera=(), microphone=(), payment=(), usb=()"
        )
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        if not request.path.startswith("/static/"):
            response.headers.setdefault("Cache-Control", "no-store" if carries_key(request) else "no-cache")
        return response

    return answer


def carries_key(request: HttpRequest) -> bool:
    """Whether the request holds a session or a token, right or wrong; told without asking the database."""
    return settings.SESSION_COOKIE_NAME in request.COOKIES or "Authorization" in request.headers


def signed_in(request: HttpRequest) -> bool:
    """Whether this request came from somebody with a log-in or a token."""
    actor = getattr(request, "actor", None)
    return bool(actor and actor.is_known)


class Guard:
    """Deny unless allowed: a view without a mark is refused, one with a mark is held against the actor."""

    def __init__(self, respond: Respond) -> None:
        self.respond = respond

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.respond(request)

    def process_view(
        self, request: HttpRequest, view: Any, args: Any, kwargs: Any
    ) -> HttpResponseBase | None:
        """Let the request through (None), send it to the sign-in page, or refuse it."""
        if holds_nul(request):
            return self.process_exception(
                request, Invalid(_("The address or form holds a character that is no text."))
            )
        needed = getattr(view, "weft_access", None)
        if needed == PUBLIC:
            return None
        actor = request.actor  # type: ignore[attr-defined]
        if needed is not None and actor.is_known:
            if needed == SIGNED_IN or actor.may(needed):
                return None
        elif not actor.is_known and not wants_json(request):
            return redirect(f"/sign-in/?{urlencode({'next': request.get_full_path()})}")
        return self.process_exception(request, NotAllowed(_("You are not allowed to see this.")))

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Turn a refusal into a page or a JSON answer in plain words; leave every other error alone."""
        if not isinstance(error, Refusal):
            return None
        status = error.status
        if isinstance(error, NotAllowed) and not signed_in(request):
            status = 401
        if wants_json(request):
            response: HttpResponse = JsonResponse(
                {"code": status, "message": str(error.message)}, status=status
            )
        else:
            response = render(request, "weft/refused.html", {"error": error, "status": status}, status=status)
        if status == 401:
            response.headers["WWW-Authenticate"] = "Bearer"
        if isinstance(error, TooOften):
            response.headers["Retry-After"] = str(error.seconds)
        patch_vary_headers(response, ["Authorization"])
        return response


def holds_nul(request: HttpRequest) -> bool:
    """Whether the address or the form holds a NUL, which is no text and no database takes."""
    if "\x00" in request.path or any(
        "\x00" in value for _name, given in request.GET.lists() for value in given
    ):
        return True
    if request.method != "POST" or wants_json(request):  # a program's body is read by its view alone
        return False
    return any("\x00" in value for _name, given in request.POST.lists() for value in given)


def wants_json(request: HttpRequest) -> bool:
    """Whether the caller is a program: an address of the API or of a page's data."""
    return request.path.startswith("/api/") or request.path.endswith(".json")
