"""The targets of a city folder; and measures computed anew when requests were loaded."""

from weft.city.folder import Column, Loading, SetSpec, Stored, afterwards, register
from weft.city.folder.sets import records
from weft.city.folder.spec import Rows
from weft.govern.services import ON_TIME, compute_on_time, define, set_target
from weft.kit.access import IMPORT


def measures() -> list[str]:
    """The measures that targets can be set for."""
    return [ON_TIME]


def store(loading: Loading, rows: Rows) -> Stored:
    """Targets, by measure, unit and first day."""
    define()
    count = 0
    for record in records(rows):
        set_target(
            record["measure"], value=record["value"], start=record["start"], unit=record["unit"], by=IMPORT
        )
        count += 1
    return Stored(count)


@afterwards("requests")
def measure(loading: Loading) -> None:
    """The on-time share of every unit and month, from the events just written."""
    compute_on_time()


TARGETS = SetSpec(
    name="targets",
    says="What is promised for a measure, from a day on.",
    key=("measure", "unit", "start"),
    columns=(
        Column(name="measure", choices=measures, required=True, says="The measure."),
        Column(
            name="unit", kind="code", refers_to="units", says="The unit; empty: every unit without its own."
        ),
        Column(name="start", kind="date", required=True, says="The first day it holds."),
        Column(
            name="value",
            kind="number",
            low=0,
            high=1,
            required=True,
            says="The share to be reached, from 0 to 1.",
        ),
    ),
    store=store,
)

register(TARGETS)
