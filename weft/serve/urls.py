"""Addresses of serve."""

from django.urls import path

urlpatterns = []
