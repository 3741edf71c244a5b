"""Pages for what went wrong, in plain words."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from weft.kit.access import public
from weft.kit.errors import NotFound


@public
def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404."""
    error = NotFound(_("There is no page at this address."))
    return render(request, "weft/refused.html", {"error": error, "status": 404}, status=404)


@public
def broken(request: HttpRequest) -> HttpResponse:
    """500, without anything that could break again."""
    return render(request, "weft/broken.html", status=500)


@public
def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403: the form was too old or did not come from here."""
    error = NotFound(_("This form is too old to be sent. Go back, load the page anew and send it again."))
    return render(request, "weft/refused.html", {"error": error, "status": 403}, status=403)
