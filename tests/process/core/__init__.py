"""Tests of the process core: no database, a blink."""
