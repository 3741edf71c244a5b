"""Addresses of process."""

urlpatterns = []
