"""Addresses of measures."""

from django.urls import path

from weft.govern import pages

urlpatterns = [
    path("govern/", pages.measures, name="govern"),
    path("govern/on-time/<str:code>/", pages.unit_measure, name="unit-measure"),
    path("govern/on-time/<str:code>/series.json", pages.unit_series, name="unit-series"),
]
