"""Tests of the city folder."""
