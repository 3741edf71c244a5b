"""Addresses of process."""

from django.urls import path

urlpatterns = []
