"""The first part of the OGC SensorThings API 1.1 (18-088): observations created and read one at a time."""

from datetime import UTC, datetime
from typing import Any

import msgspec
from django.db import DataError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from weft.city.middleware import bearer
from weft.kit.access import guarded
from weft.kit.errors import Invalid, NotAllowed, NotFound
from weft.sense.models import Datastream, Observation
from weft.sense.services import record_observation

ROOT = "/api/sensorthings/v1.1"
PAGE = 100


class Reference(msgspec.Struct):
    """A link to an existing entity (10.2.1.1): `{"@iot.id": 1}`; other properties beside it are let be."""

    id: int = msgspec.field(name="@iot.id")


class NewObservation(msgspec.Struct):
    """The body of a created Observation (8.2.7)."""

    result: float | bool
    phenomenon_time: str | None = msgspec.field(name="phenomenonTime", default=None)
    result_time: str | None = msgspec.field(name="resultTime", default=None)
    parameters: dict[str, Any] | None = None
    datastream: Reference | None = msgspec.field(name="Datastream", default=None)


def moment(text: str, *, field: str) -> datetime:
    """A time with its offset (ISO 8601); of an interval, its end. `Invalid` names the field."""
    try:
        found = datetime.fromisoformat(text.rpartition("/")[2])
        in_utc = found.astimezone(UTC)
    except (ValueError, OverflowError):  # the latter for the first and last hours of the calendar
        raise Invalid(f"{field} must be an ISO 8601 time, and “{text[:40]}” is not.", field=field) from None
    if found.tzinfo is None:
        raise Invalid(f"{field} must name its time zone, for instance 2026-01-31T12:00:00Z.", field=field)
    return in_utc


def address(request: HttpRequest, path: str) -> str:
    """The absolute address of an entity."""
    return request.build_absolute_uri(f"{ROOT}/{path}")


@csrf_exempt
@require_http_methods(["POST"])
@guarded("sensors.write")
def observations(request: HttpRequest, datastream_id: str | None = None) -> HttpResponse:
    """Create an Observation (10.2): 201 with its address once it is durably stored."""
    if bearer(request) is None:
        raise NotAllowed("Send the API token as “Authorization: Bearer …”.")
    try:
        body = msgspec.json.decode(request.body, type=NewObservation)
    except (msgspec.MsgspecError, RecursionError) as error:
        raise Invalid(f"The body is not an Observation: {error}.") from None
    target = int(datastream_id) if datastream_id else (body.datastream.id if body.datastream else None)
    if target is None:
        raise Invalid('Name the Datastream: {"Datastream": {"@iot.id": 1}}.', field="Datastream")
    now_text = datetime.now(UTC).isoformat()
    phenomenon_time = moment(body.phenomenon_time or now_text, field="phenomenonTime")
    result_time = moment(body.result_time, field="resultTime") if body.result_time else None
    try:
        recorded = record_observation(
            target,
            phenomenon_time=phenomenon_time,
            result=float(body.result),
            result_time=result_time,
            parameters=body.parameters,
            by=request.actor,  # type: ignore[attr-defined]
        )
    except DataError:
        raise Invalid("The parameters hold a character that is no text.", field="parameters") from None
    response = JsonResponse(entity(request, Observation.objects.get(id=recorded.id)), status=201)
    response.headers["Location"] = address(request, f"Observations({recorded.id})")
    return response


@require_http_methods(["GET"])
@guarded("sensors.see")
def observation(request: HttpRequest, observation_id: str) -> HttpResponse:
    """Read one Observation (9.2.4)."""
    found = Observation.objects.filter(id=int(observation_id)).first()
    if found is None:
        raise NotFound(f"There is no Observation {observation_id}.")
    return JsonResponse(entity(request, found))


@require_http_methods(["GET"])
@guarded("sensors.see")
def datastreams(request: HttpRequest) -> HttpResponse:
    """The Datastreams in the order of their ids, a page at a time (9.3.3.6: `@iot.nextLink`)."""
    try:
        after = int(request.GET.get("$after", "0"))
    except ValueError:
        raise Invalid("$after must be a whole number.", field="$after") from None
    rows = list(
        Datastream.objects.filter(pk__gt=after).select_related("observed_property").order_by("pk")[: PAGE + 1]
    )
    answer: dict[str, Any] = {"value": [datastream_entity(request, row) for row in rows[:PAGE]]}
    if len(rows) > PAGE:
        answer["@iot.nextLink"] = address(request, f"Datastreams?$after={rows[PAGE - 1].pk}")
    return JsonResponse(answer)


def entity(request: HttpRequest, row: Observation) -> dict[str, Any]:
    """An Observation in the standard's form (8.2.7)."""
    here = address(request, f"Observations({row.id})")
    return {
        "@iot.id": row.id,
        "@iot.selfLink": here,
        "phenomenonTime": row.phenomenon_time.isoformat(),
        "resultTime": row.result_time.isoformat() if row.result_time else None,
        "result": row.result,
        "parameters": row.parameters or {},
    }


def datastream_entity(request: HttpRequest, row: Datastream) -> dict[str, Any]:
    """A Datastream in the standard's form (8.2.4)."""
    return {
        "@iot.id": row.pk,
        "@iot.selfLink": address(request, f"Datastreams({row.pk})"),
        "name": row.name,
        "description": row.description,
        "observationType": row.observation_type,
        "unitOfMeasurement": {
            "name": row.unit_name,
            "symbol": row.unit_symbol,
            "definition": row.unit_definition,
        },
        "properties": {"code": row.code},
    }
