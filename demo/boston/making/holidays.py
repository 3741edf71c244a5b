"""Holidays of Massachusetts and of Suffolk County, found by rule."""

from collections.abc import Iterator
from datetime import date, timedelta

from making.files import Row

YEARS = range(2011, 2029)
"""From the first year of the data to well after the demonstration's own time."""
MONDAY, THURSDAY = 0, 3
CITY, SUFFOLK = "city", "suffolk"
"""The two calendars. The city’s promises run on through the holidays of Suffolk County, so `city` leaves them out."""


def rows() -> list[Row]:
    """The rows of holidays.csv, calendar by calendar in the order of days."""
    found = [(CITY, *holiday) for year in YEARS for holiday in sorted(of_the_state(year))]
    found += [
        (SUFFOLK, *holiday)
        for year in YEARS
        for holiday in sorted([*of_the_state(year), *of_the_county(year)])
    ]
    return [
        {"calendar": calendar, "date": day.isoformat(), "name": name, "name_fr": french}
        for calendar, day, name, french in found
    ]


def days_off() -> list[date]:
    """The days on which the city's promises stand still."""
    return [day for year in YEARS for day, _, _ in sorted(of_the_state(year))]


Holiday = tuple[date, str, str]


def of_the_state(year: int) -> Iterator[Holiday]:
    """The legal holidays of Massachusetts, which hold those of the United States."""
    autumn = (
        ("Columbus Day", "Jour de Christophe Colomb")
        if year < 2021
        else ("Indigenous Peoples’ Day", "Journée des peuples autochtones")
    )
    yield moved(date(year, 1, 1)), "New Year’s Day", "Jour de l’An"
    yield nth(year, 1, MONDAY, 3), "Martin Luther King Jr. Day", "Jour de Martin Luther King"
    yield nth(year, 2, MONDAY, 3), "Presidents’ Day", "Jour des présidents"
    yield nth(year, 4, MONDAY, 3), "Patriots’ Day", "Jour des patriotes"
    yield nth(year, 6, MONDAY, 1) - timedelta(weeks=1), "Memorial Day", "Jour du Souvenir"
    if year >= 2021:
        yield moved(date(year, 6, 19)), "Juneteenth", "Juneteenth, jour de l’émancipation"
    yield moved(date(year, 7, 4)), "Independence Day", "Fête de l’Indépendance"
    yield nth(year, 9, MONDAY, 1), "Labor Day", "Fête du Travail"
    yield nth(year, 10, MONDAY, 2), *autumn
    yield moved(date(year, 11, 11)), "Veterans Day", "Jour des anciens combattants"
    yield nth(year, 11, THURSDAY, 4), "Thanksgiving", "Action de grâce"
    yield moved(date(year, 12, 25)), "Christmas Day", "Noël"


def of_the_county(year: int) -> Iterator[Holiday]:
    """The two holidays of Suffolk County alone, on which the city’s clock runs."""
    yield moved(date(year, 3, 17)), "Evacuation Day", "Jour de l’évacuation"
    yield moved(date(year, 6, 17)), "Bunker Hill Day", "Jour de Bunker Hill"


def nth(year: int, month: int, weekday: int, number: int) -> date:
    """The first, second, ... of a weekday in a month."""
    first = date(year, month, 1)
    return first + timedelta(days=(weekday - first.weekday()) % 7, weeks=number - 1)


def moved(day: date) -> date:
    """A holiday that falls on a Sunday is kept on the Monday; one on a Saturday stays (M.G.L. c. 4 § 7)."""
    return day + timedelta(days=1) if day.weekday() == 6 else day
