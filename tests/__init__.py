"""Weft's tests: a mirror of the package, and the stories that cross it."""
