"""The service catalogue: the city's 158 types with names in two languages, owners and promises."""

import polars as pl

from making.files import Row, slug, written

CALENDAR = "city"
PROCESS = "report-and-resolve"


def rows(requests: pl.DataFrame, promises: pl.DataFrame) -> list[Row]:
    """The rows of services.csv; `requests` carry the unit that each was with."""
    owners = dict(owner_by_type(requests).iter_rows())
    known = {record["type"]: record for record in promises.iter_rows(named=True)}
    types = written("services")
    if {row["type"] for row in types} != set(known):
        raise SystemExit("sources/services.csv does not name the types of the requests")
    return [service(row, owner=owners[row["type"]], promise=known[row["type"]]) for row in types]


def owner_by_type(requests: pl.DataFrame) -> pl.DataFrame:
    """The unit that most requests of a type were with."""
    counted = requests.drop_nulls("unit").group_by("type", "unit").len()
    return (
        counted.sort("type", "len", "unit", descending=[False, True, False])
        .unique("type", keep="first")
        .select("type", "unit")
    )


def service(row: dict[str, str], *, owner: str, promise: Row) -> Row:
    """One service of the catalogue."""
    return {
        "code": slug(row["type"]),
        "name": row["name"],
        "name_fr": row["name_fr"],
        "description": row["description"],
        "description_fr": row["description_fr"],
        "sector": row["sector"],
        "unit": owner,
        "calendar": CALENDAR,
        "promise_hours": "" if promise["hours"] is None else f"{promise['hours']:g}",
        "promise_clock": promise["clock"] or "elapsed",
        "process": PROCESS,
        "public": row["public"],
        "asks_place": row["asks_place"],
        "keywords": keywords(row),
    }


def keywords(row: dict[str, str]) -> str:
    """Everyday words, led by the city's own name for the type."""
    return ", ".join([" ".join(row["type"].replace(",", " ").split()), row["keywords"]])
