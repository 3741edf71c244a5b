"""Run the measurements: `python -m benchmarks [load] [pages] [--most 100]`."""

import os
import sys
from pathlib import Path

from benchmarks.ground import cluster

ROOT = Path(__file__).resolve().parent.parent


def main(asked: list[str]) -> None:
    """Start a throw-away server and run what was asked for, or all."""
    most = int(asked[asked.index("--most") + 1]) if "--most" in asked else 100
    names = [name for name in asked if name in ("load", "pages")] or ["load", "pages"]
    with cluster() as address:
        os.environ["DATABASE_URL"] = address
        os.environ["DJANGO_SETTINGS_MODULE"] = "weft.config.settings"
        os.environ.setdefault("WEFT_LOG_LEVEL", "error")
        import django

        django.setup()
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        from benchmarks import load, pages

        load.run(ROOT / "demo" / "boston", tell="load" in names)
        if "pages" in names:
            pages.run(address, most=most)


if __name__ == "__main__":
    main(sys.argv[1:])
