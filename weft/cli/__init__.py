"""The command `weft`: start a city, load it, look after it."""

from weft.cli.app import app

__all__ = ["app"]
