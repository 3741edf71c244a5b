"""Addresses of the SensorThings API, in the standard's own form."""

from django.urls import path, re_path

from weft.sense import api

urlpatterns = [
    path("sensorthings/v1.1/Observations", api.observations),
    re_path(
        r"^sensorthings/v1\.1/Datastreams\((?P<datastream_id>[0-9]{1,18})\)/Observations$", api.observations
    ),
    re_path(r"^sensorthings/v1\.1/Observations\((?P<observation_id>[0-9]{1,18})\)$", api.observation),
    path("sensorthings/v1.1/Datastreams", api.datastreams),
]
