"""Addresses of govern."""

from django.urls import path

urlpatterns = []
