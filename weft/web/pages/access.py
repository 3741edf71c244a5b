"""Signing in and out, the language, and where one lands."""

from allauth.account.views import LoginView, LogoutView, PasswordChangeView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_GET
from django.views.i18n import set_language

from weft.kit.access import Actor, public, signed_in

LANDING = [
    ("tasks.work", "/tasks/"),
    ("city.see", "/city/"),
    ("govern.see", "/govern/"),
    ("requests.see", "/requests/"),
]

OURS = (gettext_noop("Username"), gettext_noop("The username and/or password you specified are not correct."))
"""Sentences of allauth's that our catalogues say in their own words; theirs calls one field by two names."""


@require_GET
@signed_in
def start(request: HttpRequest) -> HttpResponse:
    """Where somebody lands after signing in: the place their roles are about."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return redirect(next((url for permission, url in LANDING if actor.may(permission)), "/"))


@require_GET
@public
def developers(request: HttpRequest) -> HttpResponse:
    """What other systems can talk to, and how."""
    return render(
        request, "web/developers.html", {"root": request.build_absolute_uri("/api/sensorthings/v1.1/")}
    )


class ChangePassword(PasswordChangeView):  # type: ignore[misc]
    """A new password; afterwards, back to work."""

    success_url = "/start/"


sign_in = public(LoginView.as_view())
sign_out = public(LogoutView.as_view())
change_password = signed_in(ChangePassword.as_view())
choose_language = public(set_language)
