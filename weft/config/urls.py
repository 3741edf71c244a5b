"""Every address of the platform."""

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("weft.web.urls")),
    path("", include("weft.serve.urls")),
    path("", include("weft.process.urls")),
    path("", include("weft.govern.urls")),
    path("api/", include("weft.sense.urls")),
]
handler400 = "weft.web.errors.bad_request"
handler404 = "weft.web.errors.not_found"
handler500 = "weft.web.errors.broken"
