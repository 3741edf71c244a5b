"""Tests of govern."""
