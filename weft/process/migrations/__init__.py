"""Migrations of the context's tables."""
