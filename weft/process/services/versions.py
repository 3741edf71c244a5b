"""Deploying a version of a process."""

import hashlib
from pathlib import Path

from django.db import transaction

from weft.city.models import Role
from weft.kit.access import Actor, require
from weft.kit.clock import now
from weft.kit.errors import Invalid
from weft.kit.events import publish
from weft.process import core
from weft.process.events import ProcessDeployed
from weft.process.models import Process, Version
from weft.process.queries import current_version, next_number

LIBRARY = Path(__file__).resolve().parent.parent / "library"


@transaction.atomic
def deploy(code: str, bpmn: str, *, by: Actor, why: str = "") -> int:
    """Make this drawing the version new cases run; the same drawing again changes nothing. Returns the version's id.

    Raises `Invalid` with every reason why the drawing cannot run, each with its element and line.
    """
    require(by, "processes.deploy")
    try:
        model = core.parse(bpmn)
    except core.CoreError as error:
        raise Invalid(str(error), field="bpmn") from error
    problems = [str(problem) for problem in core.check(model) if problem.stops] + not_here(model)
    if problems:
        raise Invalid(" ".join(problems), field="bpmn")
    names = {"name": model.process.name or code, "name_fr": model.process.name_fr}
    process, _ = Process.objects.update_or_create(code=code, defaults=names)
    Process.objects.select_for_update().get(pk=code)
    digest = hashlib.sha256(bpmn.encode()).hexdigest()
    current = current_version(code)
    if current is not None and current.digest == digest:
        return current.pk
    version = Version.objects.create(
        process=process, number=next_number(code), bpmn=bpmn, digest=digest, why=why, deployed_at=now()
    )
    publish(
        ProcessDeployed(at=version.deployed_at, process=code, version_id=version.pk, number=version.number),
        by=by,
    )
    return version.pk


def not_here(model: core.Model) -> list[str]:
    """What the drawing asks for that this city or this release does not have."""
    told = [
        f"line {element.line}: “{element.named('en')}”: service tasks are not called yet. Use a user task."
        for element in model.elements.values()
        if element.kind is core.Kind.SERVICE_TASK
    ]
    roles = set(Role.objects.values_list("pk", flat=True))
    told += [
        f"line {lane.line}: lane “{lane.named('en')}”: there is no role “{lane.role}” in this city."
        for lane in model.lanes.values()
        if lane.role and lane.role not in roles
    ]
    return told


def deploy_library(*, by: Actor) -> list[str]:
    """Deploy every process of the library that this city does not have yet; returns the codes of all of them."""
    codes = []
    for path in sorted(LIBRARY.glob("*.bpmn")):
        codes.append(path.stem)
        if current_version(path.stem) is None:
            deploy(path.stem, path.read_text(encoding="utf-8"), by=by, why="From the library")
    return codes
