"""Street bins, the meter of City Hall and the weather station, with what they said and what they can bear."""

import gzip
from pathlib import Path

import polars as pl

from making.files import Row, slug, write_parquet, write_table, written

BINS_UNIT = "highway-operations"
BINS_SERVICE = "empty-litter-basket"
COUNT = "http://www.opengis.net/def/observationType/OGC-OM/2.0/OM_CountObservation"
CLASSES = {"GREEN": 0, "YELLOW": 1, "RED": 2}
WEATHER = {
    "tmax_c": "logan-temperature-maximum",
    "tmin_c": "logan-temperature-minimum",
    "tavg_c": "logan-temperature-average",
    "precip_mm": "logan-precipitation",
    "snowfall_mm": "logan-snowfall",
    "wind_avg_ms": "logan-wind-average",
    "fog": "logan-fog",
    "thunder": "logan-thunder",
}
"""The series of the weather station by the source's column."""


def write(data: Path) -> dict[str, int]:
    """Write assets, things, datastreams, limits and observations; how many rows each has."""
    events = pl.read_parquet(data / "boston_bigbelly_2014" / "events.parquet")
    bins = bins_of(events)
    return {
        "assets": write_table("assets", [city_hall(), *map(bin_asset, bins)]),
        "things": write_table("things", [*written("things"), *map(bin_thing, bins)]),
        "datastreams": write_table("datastreams", [*written("datastreams"), *map(bin_stream, bins)]),
        "limits": write_table("limits", [*written("limits"), *map(bin_limit, bins)]),
        "observations/bins": write_parquet("observations/bins", bin_observations(events)),
        "observations/power": write_parquet("observations/power", power(data)),
        "observations/weather": write_parquet("observations/weather", weather(data)),
    }


def bins_of(events: pl.DataFrame) -> list[Row]:
    """The bins by name, each with its first position and how many positions it had."""
    return (
        events.group_by("bin")
        .agg(pl.col("lat").first(), pl.col("lon").first(), positions=pl.struct("lat", "lon").n_unique())
        .sort("bin")
        .to_dicts()
    )


def words(found: Row) -> str:
    """A bin's name without stray blanks."""
    return " ".join(found["bin"].split())


def bin_code(found: Row) -> str:
    """The code of a bin, made of its street corner."""
    return f"bin-{slug(found['bin'])}"


def city_hall() -> Row:
    """The building that the electricity meter belongs to."""
    return {
        "code": "city-hall",
        "name": "Boston City Hall",
        "name_fr": "Hôtel de ville de Boston",
        "kind": "building",
        "unit": "property",
        "sector": "general-government",
        "lat": 42.3604,
        "lon": -71.0580,
    }


def bin_asset(found: Row) -> Row:
    """A bin as something the city looks after."""
    return {
        "code": bin_code(found),
        "name": f"Street bin: {words(found)}",
        "name_fr": f"Corbeille de rue : {words(found)}",
        "kind": "bin",
        "unit": BINS_UNIT,
        "sector": "solid-waste",
        "lat": found["lat"],
        "lon": found["lon"],
    }


def bin_thing(found: Row) -> Row:
    """A bin as a thing with a sensor."""
    moved = f" The source gives {found['positions']} positions; this is the first."
    return {
        "code": bin_code(found),
        "name": words(found),
        "description": "Solar-powered street bin (Big Belly)." + (moved if found["positions"] > 1 else ""),
        "properties": "",
        "asset": bin_code(found),
        "unit": BINS_UNIT,
        "lat": found["lat"],
        "lon": found["lon"],
    }


def bin_stream(found: Row) -> Row:
    """The series of a bin's fullness."""
    return {
        "code": f"{bin_code(found)}-fullness",
        "thing": bin_code(found),
        "name": "Fullness",
        "name_fr": "Remplissage",
        "description": "Events, not readings at a fixed rate: when the class changes or the bin is emptied.",
        "sensor": "big-belly",
        "observed_property": "fullness",
        "unit_name": "class of fullness (0 fairly empty, 1 full, 2 over-full)",
        "unit_symbol": "",
        "unit_definition": "{class}",
        "observation_type": COUNT,
    }


def bin_limit(found: Row) -> Row:
    """A bin is over-full at 2; the alert closes as soon as it says full or fairly empty."""
    return {
        "code": f"{bin_code(found)}-over-full",
        "datastream": f"{bin_code(found)}-fullness",
        "name": "Bin over-full",
        "name_fr": "Corbeille qui déborde",
        "direction": "above",
        "value": 2,
        "clear_value": 1,
        "severity": "warning",
        "service": BINS_SERVICE,
    }


def observations(rows: pl.DataFrame, *, parameters: pl.Expr | None = None) -> pl.DataFrame:
    """The columns of a set of observations."""
    none = pl.lit(None, dtype=pl.String)
    return rows.select(
        "datastream",
        pl.col("at").cast(pl.Datetime("us")),
        pl.col("result").cast(pl.Float64),
        parameters=none if parameters is None else parameters,
    )


def bin_observations(events: pl.DataFrame) -> pl.DataFrame:
    """Every event of the bins in the order of the source; where both are given for a minute, the collection last."""
    streams = {name: f"bin-{slug(name)}-fullness" for name in events["bin"].unique()}
    ordered = events.with_row_index("row").sort(
        "at", pl.col("row").min().over("bin", "at"), "is_collection", "row"
    )
    rows = ordered.select(
        "at",
        "is_collection",
        datastream=pl.col("bin").replace_strict(streams),
        result=pl.col("fullness").replace_strict(CLASSES),
    )
    return observations(
        rows, parameters=pl.when(pl.col("is_collection")).then(pl.lit('{"collection": true}'))
    )


def power(data: Path) -> pl.DataFrame:
    """City Hall's demand as published, repeated times and zeros included."""
    readings = pl.read_parquet(data / "boston_city_hall_power" / "readings.parquet")
    return observations(readings.select("at", datastream=pl.lit("city-hall-demand"), result="demand_kw"))


def weather(data: Path) -> pl.DataFrame:
    """The daily series, day by day; values that the source does not have are left out."""
    path = data / "boston_weather_daily" / "daily.csv.gz"
    days = pl.read_csv(gzip.decompress(path.read_bytes()), infer_schema_length=None)
    numbers = days.select(
        pl.col("date").str.to_datetime("%Y-%m-%d").alias("at"), pl.col(list(WEATHER)).cast(pl.Float64)
    ).rename(WEATHER)
    order = pl.Enum(list(WEATHER.values()))
    long = numbers.unpivot(index="at", variable_name="datastream", value_name="result").drop_nulls("result")
    sorted_rows = long.sort("at", pl.col("datastream").cast(order))
    return observations(sorted_rows)
