"""Addresses of the portal and of requests."""

from django.urls import path

from weft.serve import pages

urlpatterns = [
    path("", pages.home, name="home"),
    path("known.json", pages.known, name="known"),
    path("ask/<str:code>/", pages.ask, name="ask"),
    path("track/", pages.find_track, name="find-track"),
    path("track/<str:code>/", pages.track, name="track"),
    path("requests/", pages.requests, name="requests"),
    path("requests/<int:request_id>/", pages.story, name="request"),
]
