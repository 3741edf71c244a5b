"""Addresses of serve."""

urlpatterns = []
