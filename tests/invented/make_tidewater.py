"""Writes the long tables of the invented city of Tidewater; its short ones are written by hand."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path

HERE = Path(__file__).resolve().parent / "tidewater"

QUARTERS = (
    (-70.10, 40.05, -70.05, 40.10),
    (-70.10, 40.00, -70.05, 40.05),
    (-70.05, 40.00, -70.00, 40.10),
)
"""West, south, east and north of each."""

SERVICES = ("street-light", "pothole", "full-bin", "low-pressure", "crew-note")
WORKING = {"street-light": 48, "pothole": 24, "full-bin": 26, "low-pressure": 48}
CHANNELS = ("call", "web", "app", "staff")


def observations() -> Iterable[tuple[object, ...]]:
    """Four days around the end of summer time, every hour; two rows for one moment; the repeated hour in full."""
    moment = datetime(2024, 11, 1, 0, 0)  # noqa: DTZ001
    for hour in range(96):
        at = (moment + timedelta(hours=hour)).isoformat(timespec="minutes")
        yield "bin-pier-fill", at, (hour * 7) % 101, ""
        yield "pump-flow", at, 20 + (hour % 24), ""
        yield "pump-pressure", at, 2.5 if 40 <= hour < 44 else 4, ""
        if hour == 49:
            yield "pump-flow", at, 99, ""
            yield "pump-pressure", at, 4, ""
        if hour == 60:
            yield "pump-flow", at, 21.5, ""
        if hour % 6 == 0:
            yield "bin-square-fill", at, 95 if hour == 90 else 10, json.dumps({"collection": hour % 24 == 0})


def requests() -> Iterable[tuple[object, ...]]:
    """Sixty requests over six weeks: some on time, some late, some open, one closed before it opened."""
    first = datetime(2024, 9, 30, 9, 0)  # noqa: DTZ001
    for number in range(60):
        service = SERVICES[number % 5]
        opened = first + timedelta(hours=17 * number)
        due = opened + timedelta(hours=WORKING[service]) if service in WORKING else None
        took = timedelta(hours=(number * 11) % 90) if number != 15 else timedelta(minutes=-1)
        closed = None if number % 7 == 3 else opened + took
        west, south, east, north = QUARTERS[number % 3]
        placed = number % 10 != 4
        yield (
            f"T-{1001 + number}",
            service,
            "works" if number == 12 else "",
            CHANNELS[number % 4],
            opened.isoformat(timespec="minutes"),
            due.isoformat(timespec="minutes") if due else "",
            closed.isoformat(timespec="minutes") if closed else "",
            "" if closed is None else ("duplicate" if number % 9 == 0 else "resolved"),
            round(south + (north - south) * (number % 8 + 1) / 10, 4) if placed else "",
            round(west + (east - west) * (number % 6 + 1) / 8, 4) if placed else "",
            "" if placed else ("hill" if number == 14 else ""),
        )


def write(folder: Path) -> None:
    """Write the two long tables."""
    table(folder / "observations.csv", "datastream,at,result,parameters", observations())
    columns = "reference,service,unit,channel,opened_at,due_at,closed_at,outcome,lat,lon,area"
    table(folder / "requests.csv", columns, requests())


def table(path: Path, columns: str, rows: Iterable[tuple[object, ...]]) -> None:
    """Write one CSV file."""
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(columns.split(","))
        writer.writerows(rows)


if __name__ == "__main__":
    write(HERE)
