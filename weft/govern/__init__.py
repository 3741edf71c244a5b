"""Govern: what was promised, what is, and the difference."""
