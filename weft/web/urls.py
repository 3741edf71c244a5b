"""Addresses of the pages that span contexts."""

urlpatterns = []
