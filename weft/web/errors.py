"""Pages for what went wrong, in plain words."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import get_template
from django.utils.translation import gettext as _

from weft.kit.access import public
from weft.kit.errors import NotFound
from weft.kit.middleware import wants_json


@public
def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404, for a program as JSON."""
    error = NotFound(_("There is no page at this address."))
    if wants_json(request):
        return JsonResponse({"code": 404, "message": str(error.message)}, status=404)
    return render(request, "weft/refused.html", {"error": error, "status": 404}, status=404)


@public
def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400, as plain text: the request may be too odd for a page (a foreign host name, far too many fields)."""
    said = _("This request cannot be understood: it names another host, or holds too much at once.")
    return HttpResponse(f"{said}\n", status=400, content_type="text/plain; charset=utf-8")


@public
def broken(request: HttpRequest) -> HttpResponse:
    """500, without anything that could break again (no database, no who-is-asking); for a program as JSON."""
    if wants_json(request):
        return JsonResponse({"code": 500, "message": "Something went wrong here."}, status=500)
    return HttpResponse(get_template("weft/broken.html").render(), status=500)


@public
def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403: the form was too old or did not come from here."""
    error = NotFound(_("This form is too old to be sent. Go back, load the page anew and send it again."))
    return render(request, "weft/refused.html", {"error": error, "status": 403}, status=403)
