"""Make the Boston city folder from the city's open data: `python demo/boston/build.py PATH_TO_SHARED_DATA`."""

import sys
from pathlib import Path

import polars as pl
from making import areas, holidays, promises, requests, sensors, services, targets
from making.files import write_parquet, write_table


def main(data: Path) -> None:
    """Write every set that is made from data, and tell what was written."""
    source = requests.read(data)
    promised = promises.promises(source)
    counts = areas.write_areas(data)
    counts["holidays"] = write_table("holidays", holidays.rows())
    counts["services"] = write_table("services", services.rows(source, promised))
    counts |= sensors.write(data)
    counts["requests"] = write_parquet("requests", requests.rows(source))
    counts["targets"] = write_table("targets", targets.rows(data))
    for name, rows in counts.items():
        print(f"{name:24} {rows:>9,}")
    tell(promised)


def tell(promised: pl.DataFrame) -> None:
    """Print how well the promises of the catalogue explain the city's own target times."""
    kept = promised.drop_nulls("hours")
    clocks = dict(kept.group_by("clock").len().sort("clock").iter_rows())
    print(f"services with a promise: {kept.height} of {promised.height}, by clock {clocks}")
    rows = int(kept["rows"].sum())
    for name, words in (
        ("near", "to the minute of the promise's own clock"),
        ("within_hour", "within an hour of it"),
        ("on_the_wall", "to the minute where a full day ends at 17:00"),
    ):
        explained = int(kept[name].sum())
        print(f"targets explained {words}: {explained:,} of {rows:,} ({explained / rows:.1%})")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise SystemExit(__doc__)
    main(Path(sys.argv[1]))
