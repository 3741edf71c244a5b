"""Measurements of speed and growth, each beside a baseline of the same run."""
