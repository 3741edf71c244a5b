"""Serve: what residents ask for, what was promised, and what became of it."""
