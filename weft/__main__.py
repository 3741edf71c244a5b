"""The command line, as `python -m weft`."""

from weft.cli import app

app()
