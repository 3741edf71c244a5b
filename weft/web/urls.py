"""Addresses of the pages that span contexts."""

from django.urls import path

urlpatterns = []
