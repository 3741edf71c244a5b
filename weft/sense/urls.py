"""Addresses of sense."""

from django.urls import path

urlpatterns = []
