"""Writes the reference of the city folder into its page: `python tools/write_city_folder_docs.py`."""

import os

import django


def main() -> None:
    """Write `docs/city-folder.md` anew below its mark."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "weft.config.settings")
    django.setup()
    from weft.city.folder.reference import PAGE, with_reference

    PAGE.write_text(with_reference(PAGE.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()
