"""Writes the invented city of Tidewater, which the tests and the docs use; the same files every time."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path

HERE = Path(__file__).resolve().parent / "tidewater"

CITY = """\
[city]
code = "tidewater"
name = "Tidewater"
name_fr = "Marée-Haute"
timezone = "America/New_York"
languages = ["en", "fr"]
centre = { lat = 40.05, lon = -70.05 }
notice = "Tidewater is invented. It stands in the sea."
notice_fr = "Marée-Haute est inventée. Elle se trouve en pleine mer."

[[areas]]
file = "areas/quarters.geojson"
kind = "quarter"
"""

TABLES: dict[str, str] = {
    "sectors": """\
code,name,name_fr
roads,Roads and streets,Voirie
solid-waste,Solid waste,Déchets
drinking-water,Drinking water,Eau potable
parks,Parks and recreation,Parcs et loisirs
""",
    "units": """\
code,name,name_fr,kind,parent
tidewater,City of Tidewater,Ville de Marée-Haute,city,
contact,Contact centre,Centre de contact,contact-centre,tidewater
works,Public works,Travaux publics,department,tidewater
streets,Streets,Rues,division,works
waste,Waste,Déchets,division,works
water,Water,Eau,department,tidewater
""",
    "roles": """\
code,name,name_fr,permissions
agent,Contact-centre agent,Agent du centre de contact,requests.see requests.take contacts.see tasks.work city.see
dispatcher,Dispatcher,Répartiteur,requests.see tasks.work cases.see city.see
crew,Crew,Équipe,tasks.work city.see
officer,Operations duty officer,Responsable d'astreinte,city.see sensors.see alerts.handle limits.write history.see
executive,Executive,Direction,city.see govern.see requests.see history.see
administrator,Administrator,Administration,admin history.see city.see govern.see sensors.write processes.deploy
""",
    "people": """\
username,name,demonstration
ada,Ada Ferry,true
ben,Ben Harbour,true
cleo,Cleo Quay,true
dov,Dov Lighthouse,true
eve,Eve Anchor,true
finn,Finn Buoy,true
""",
    "appointments": """\
person,role,unit,start,end,from_outside
ada,agent,contact,2020-01-01,,false
ben,dispatcher,works,2020-01-01,,false
cleo,crew,works,2020-01-01,,false
dov,officer,tidewater,2020-01-01,,true
eve,executive,tidewater,2021-04-01,,true
eve,executive,water,2020-01-01,2021-03-31,true
finn,administrator,tidewater,2020-01-01,,false
""",
    "calendars": """\
code,name,name_fr,monday,tuesday,wednesday,thursday,friday,saturday,sunday
office,Office hours,Heures de bureau,09:00-17:00,09:00-17:00,09:00-17:00,09:00-17:00,"09:00-12:00,13:00-15:00",,
""",
    "holidays": """\
calendar,date,name,name_fr
office,2024-10-14,Harbour Day,Fête du port
office,2024-12-25,Christmas Day,Noël
""",
    "assets": """\
code,name,name_fr,kind,unit,sector,lat,lon
pump-house,The pump house,La station de pompage,building,water,drinking-water,40.02,-70.02
""",
    "services": """\
code,name,name_fr,description,description_fr,sector,unit,calendar,promise_hours,promise_clock,process,public,asks_place,keywords
street-light,Street light out,Lampadaire éteint,A street light is dark or flickers.,Un lampadaire est éteint ou clignote.,roads,streets,office,16,working,report-and-resolve,true,true,"lamp,dark"
pothole,Pothole,Nid-de-poule,There is a hole in the road.,Il y a un trou dans la chaussée.,roads,streets,office,24,elapsed,report-and-resolve,true,true,"hole,road"
full-bin,Full street bin,Corbeille pleine,A bin in the street is full.,Une corbeille de rue est pleine.,solid-waste,waste,office,8,working,report-and-resolve,true,true,"litter,basket"
low-pressure,Low water pressure,Faible pression d'eau,The water runs thin.,L'eau coule faiblement.,drinking-water,water,office,48,elapsed,report-and-resolve,true,true,tap
crew-note,Note of a crew,Note d'équipe,A crew saw something on its way.,Une équipe a vu quelque chose en chemin.,roads,works,office,,,report-and-resolve,false,false,
""",
    "things": """\
code,name,description,asset,unit,lat,lon
bin-pier,Bin at the pier,A bin that says how full it is.,,waste,40.08,-70.08
bin-square,Bin on the square,A bin that says how full it is.,,waste,40.03,-70.07
pump,Main pump,,pump-house,water,,
""",
    "sensors": """\
code,name,description
bin-sensor,Fill sensor,Looks down into a bin.
meter,Meter,
""",
    "observed_properties": """\
code,name,definition,description
fill,How full,,The share of a bin that is filled.
flow,Flow,,Water that runs through.
pressure,Pressure,,Pressure of water in the main.
""",
    "datastreams": """\
code,thing,name,name_fr,description,sensor,observed_property,unit_name,unit_symbol,unit_definition
bin-pier-fill,bin-pier,How full the bin is,Remplissage de la corbeille,,bin-sensor,fill,percent,%,%
bin-square-fill,bin-square,How full the bin is,Remplissage de la corbeille,,bin-sensor,fill,percent,%,%
pump-flow,pump,Flow,Débit,,meter,flow,litre per second,L/s,L/s
pump-pressure,pump,Pressure,Pression,,meter,pressure,bar,bar,bar
""",
    "limits": """\
code,name,name_fr,datastream,direction,value,clear_value,severity,service
bin-pier-full,Bin is full,Corbeille pleine,bin-pier-fill,above,90,50,warning,full-bin
bin-square-full,Bin is full,Corbeille pleine,bin-square-fill,above,90,50,warning,full-bin
pressure-low,Pressure is low,Pression faible,pump-pressure,below,3,3.5,critical,low-pressure
""",
    "targets": """\
measure,unit,start,value
on-time-share,,2024-01-01,0.8
on-time-share,waste,2024-01-01,0.9
""",
}

QUARTERS = {
    "harbour": ("Harbour", "Le Port", (-70.10, 40.05, -70.05, 40.10)),
    "market": ("Market", "Le Marché", (-70.10, 40.00, -70.05, 40.05)),
    "hill": ("Hill", "La Colline", (-70.05, 40.00, -70.00, 40.10)),
}

SERVICES = ("street-light", "pothole", "full-bin", "low-pressure", "crew-note")
WORKING = {"street-light": 48, "pothole": 24, "full-bin": 26, "low-pressure": 48}
CHANNELS = ("call", "web", "app", "staff")


def square(west: float, south: float, east: float, north: float) -> list[list[list[float]]]:
    """A polygon's ring, anticlockwise."""
    return [[[west, south], [east, south], [east, north], [west, north], [west, south]]]


def quarters() -> str:
    """The areas as GeoJSON."""
    features = [
        {
            "type": "Feature",
            "properties": {"code": code, "name": name, "name_fr": french},
            "geometry": {"type": "Polygon", "coordinates": square(*corners)},
        }
        for code, (name, french, corners) in QUARTERS.items()
    ]
    return (
        json.dumps({"type": "FeatureCollection", "features": features}, indent=1, ensure_ascii=False) + "\n"
    )


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
        took = timedelta(hours=(number * 11) % 90)
        closed = None if number % 7 == 3 else opened + took - timedelta(minutes=number == 15)
        west, south, east, north = list(QUARTERS.values())[number % 3][2]
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
    """Write the whole folder."""
    (folder / "areas").mkdir(parents=True, exist_ok=True)
    (folder / "city.toml").write_text(CITY, encoding="utf-8")
    (folder / "areas" / "quarters.geojson").write_text(quarters(), encoding="utf-8")
    for name, text in TABLES.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
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
