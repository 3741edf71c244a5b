"""Addresses of govern."""

urlpatterns = []
