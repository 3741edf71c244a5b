"""What serve does with nobody waiting: answers when a case closes, opens cases for alerts, watches promises."""

from typing import Any

from procrastinate.contrib.django import app as queue

from weft.city.models import Service
from weft.city.queries import promise
from weft.kit.access import SYSTEM
from weft.kit.events import on
from weft.process.events import CaseClosed
from weft.process.queries import case_data
from weft.process.services import start_case
from weft.sense.events import AlertOpened
from weft.sense.models import Alert
from weft.serve import services
from weft.serve.models import Request


@on(CaseClosed)
def answer_requester(event: CaseClosed) -> None:
    """Close the case's request with the answer given in the case; a closed one stays as it is."""
    if event.request_id is None:
        return
    request = Request.objects.filter(pk=int(event.request_id), closed_at=None).first()
    if request is None:
        return
    data: dict[str, Any] = case_data(event.case_id)
    done = str(data.get("work_needed", "yes")) != "no"
    answer = str(data.get("answer") or "")
    services.close_request(request.pk, answer=answer, outcome="resolved" if done else "noted", by=SYSTEM)


@on(AlertOpened)
def open_case_for_alert(event: AlertOpened) -> None:
    """Start the process of the service that answers this limit; an alert that has a case keeps it."""
    alert = Alert.objects.select_related("limit", "datastream__thing").get(pk=event.alert_id)
    if alert.limit.service_id is None:
        return
    service = Service.objects.get(pk=alert.limit.service_id)
    start_case(
        service.process,
        service=service.code,
        unit=service.unit_id,
        subject_type="alert",
        subject_id=str(alert.pk),
        subject=alert.datastream.thing.name,
        area=alert.area_id,
        due_at=promise(service, opened_at=alert.opened_at),
        by=SYSTEM,
    )


@queue.periodic(cron="* * * * *")
@queue.task(
    name="weft.serve.jobs.watch_promises",
    queue="clock",
    queueing_lock="watch_promises",
    lock="watch_promises",
)
def watch_promises(timestamp: int) -> None:
    """Each minute, one at a time: put on record the promises whose time has passed."""
    while services.miss_promises(by=SYSTEM) == services.MISS_BATCH:
        pass
