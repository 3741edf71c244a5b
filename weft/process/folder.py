"""The processes of a city folder, and the roles their lanes need."""

from weft.city.folder import Checking, Column, Loading, SetSpec, Stored, register
from weft.city.folder.sets import records
from weft.city.folder.spec import ROW, Rows
from weft.kit.access import SYSTEM
from weft.process import core
from weft.process.services import deploy, deploy_library
from weft.process.services.versions import LIBRARY


def library() -> list[str]:
    """The codes of the processes that come with Weft."""
    return sorted(path.stem for path in LIBRARY.glob("*.bpmn"))


def runs(checking: Checking) -> None:
    """Every drawing can be run, and the city has the roles it needs."""
    given = checking.sets.get("roles")
    roles = None if given is None else given["code"].to_list()
    for row, text in checking.rows.drop_nulls("text").select(ROW, "text").iter_rows():
        try:
            model = core.parse(text)
        except core.CoreError as error:
            checking.tell([row], "text", str(error))
            continue
        for problem in core.check(model):
            if problem.stops:
                checking.tell([row], "text", str(problem))
        for role in missing_roles(model, roles):
            checking.tell([row], "text", f"a lane is for the role “{role}”, which is not in roles")
    for code in library():
        model = core.parse((LIBRARY / f"{code}.bpmn").read_text(encoding="utf-8"))
        for role in missing_roles(model, roles):
            checking.tell(
                [None], "roles", f"the process {code} needs the role “{role}”, which is not in roles"
            )


def missing_roles(model: core.Model, roles: list[str] | None) -> list[str]:
    """The roles of a model's lanes that the city does not have; none when its roles could not be read."""
    wanted = {lane.role for lane in model.lanes.values() if lane.role}
    return [] if roles is None else sorted(wanted - set(roles))


def store(loading: Loading, rows: Rows) -> Stored:
    """Deploy what comes with Weft and then the city's own drawings."""
    deployed = deploy_library(by=SYSTEM)
    own = [record["code"] for record in records(rows) if deploy_one(record)]
    return Stored(len({*deployed, *own}))


def deploy_one(record: dict[str, str]) -> int:
    """Deploy one of the folder's drawings."""
    return deploy(record["code"], record["text"], by=SYSTEM, why="From the city folder")


PROCESSES = SetSpec(
    name="processes",
    says="Ways of working, each a BPMN 2.0 file: `processes/<code>.bpmn`. Those that come with Weft "
    "(`report-and-resolve`) are there without a file.",
    form="files",
    suffix=".bpmn",
    key=("code",),
    after=("roles",),
    always=True,
    known=library,
    columns=(
        Column(name="code", kind="code", required=True, says="The file's name without its ending."),
        Column(name="text", required=True, says="The drawing."),
    ),
    rules=(runs,),
    store=store,
)

register(PROCESSES)
