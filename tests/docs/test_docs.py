"""The docs say what is so: links, examples, commands, names, and what is written from the code."""

from __future__ import annotations

import json
import re
import shlex
import tomllib
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
import typer
from django.db import connection
from django.utils import translation

from tests import make
from tests.docs.written import DOCS, WRITTEN, part
from weft.city.folder import Mistakes, load
from weft.city.services import create_token
from weft.cli import app
from weft.config.options import CONFIG_VARIABLE, TABLE
from weft.govern.models import MeasureValue
from weft.kit.access import SYSTEM

ROOT = DOCS.parent
PAGES = sorted([*DOCS.rglob("*.md"), *ROOT.glob("*.md")])
TEXTS = {path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8") for path in PAGES}
FENCE = re.compile(r"^(?:\*\*`([^`\n]+)`\*\*\n\n)?^```(\w*)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
"""A fenced block, with the name of a file above it or without: name, language, content."""
WALK = {name: body for name, _, body in FENCE.findall(TEXTS["docs/describe-your-city.md"]) if name}


def blocks(page: str, language: str) -> list[str]:
    """The fenced blocks of a page in one language."""
    return [body for _, word, body in FENCE.findall(TEXTS[page]) if word == language]


def code_words(text: str) -> list[str]:
    """What stands in single backticks outside fences."""
    return re.findall(r"(?<!`)`([^`\n]+)`(?!`)", FENCE.sub("", text))


def anchors(text: str) -> set[str]:
    """The anchors of a page's headings, as GitHub and MkDocs make them."""
    headings = re.findall(r"^#+ (.+)$", FENCE.sub("", text), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", TEXTS)
def test_every_link_leads_somewhere(page: str) -> None:
    for target in re.findall(r"\]\(([^)\s]+)\)", FENCE.sub("", TEXTS[page])):
        if target.startswith(("http://", "https://")):
            continue
        file, _, anchor = target.partition("#")
        path = (ROOT / page).parent / file if file else ROOT / page
        assert path.exists(), f"{page} links to {target}"
        if anchor:
            assert anchor in anchors(path.read_text(encoding="utf-8")), f"{page} links to {target}"


@pytest.mark.parametrize("picture", sorted((DOCS / "img").iterdir()), ids=lambda path: path.name)
def test_pictures_are_small_and_used(picture: Path) -> None:
    assert picture.stat().st_size < 500_000
    assert any(f"img/{picture.name})" in text for text in TEXTS.values())


def test_every_page_is_in_the_sites_navigation() -> None:
    site = (ROOT / "mkdocs.yml").read_text(encoding="utf-8")
    listed = re.findall(r"^ +- (?:[^:\n]+: )?(\S+\.md)$", site.partition("\nnav:\n")[2], re.MULTILINE)
    assert sorted(listed) == sorted(path.relative_to(DOCS).as_posix() for path in DOCS.rglob("*.md"))


def test_the_site_takes_nothing_from_elsewhere() -> None:
    site = (ROOT / "mkdocs.yml").read_text(encoding="utf-8")
    assert "font: false" in site
    assert "strict: true" in site
    assert "http" not in site


@pytest.mark.parametrize(("page", "name"), WRITTEN, ids=" ".join)
def test_what_is_written_from_the_code_is_up_to_date(page: str, name: str) -> None:
    with translation.override("en"):
        said = WRITTEN[page, name]()
    assert part(TEXTS[f"docs/{page}"], name)[1].strip() == said.strip(), "run: python -m tests.docs.written"


def test_every_dependency_says_why_it_is_there() -> None:
    rows = set(re.findall(r"^\| (\S+) \|", TEXTS["docs/dependencies.md"], re.MULTILINE))
    asked = set()
    for file in (ROOT / "requirements").glob("*.in"):
        lines = file.read_text(encoding="utf-8").splitlines()
        names = [re.split(r"[\[<>=;~! ]", line)[0] for line in lines if line and line[0] not in "#-"]
        asked |= set(names)
    for file in (ROOT / "weft/kit/static/weft/vendor/VERSIONS.json", ROOT / "tests/vendor/VERSIONS.json"):
        asked |= set(json.loads(file.read_text(encoding="utf-8")))
    assert rows - {"package", "library", "---"} == asked


def test_the_licences_of_browser_libraries_are_those_of_the_files() -> None:
    for file in (ROOT / "weft/kit/static/weft/vendor/VERSIONS.json", ROOT / "tests/vendor/VERSIONS.json"):
        for name, known in json.loads(file.read_text(encoding="utf-8")).items():
            assert re.search(
                rf"^\| {re.escape(name)} \|.*\| {known['licence']} \|$", TEXTS["docs/dependencies.md"], re.M
            )


DECISIONS = sorted(path.name for path in (DOCS / "adr").glob("0*.md"))


def test_every_decision_is_in_the_index() -> None:
    assert re.findall(r"\((0\d{3}-[\w-]+\.md)\)", TEXTS["docs/adr/index.md"]) == DECISIONS
    assert [name[:4] for name in DECISIONS] == [f"{number:04}" for number in range(1, len(DECISIONS) + 1)]


@pytest.mark.parametrize("name", DECISIONS)
def test_a_decision_has_context_decision_and_consequences(name: str) -> None:
    text = TEXTS[f"docs/adr/{name}"]
    assert text.startswith(f"# {name[:4]}: ")
    assert re.findall(r"^## (.+)$", text, re.MULTILINE) == ["Context", "Decision", "Consequences"]


# Code


@pytest.mark.parametrize("page", TEXTS)
def test_python_is_python_and_stands_in_the_file_it_names(page: str) -> None:
    for block in blocks(page, "python"):
        named = re.match(r"# (\S+\.py)\n", block)
        if named is None:
            compile(block, page, "exec")
            continue
        source = (ROOT / named[1]).read_text(encoding="utf-8")
        for piece in block[named.end() :].split("...\n"):
            assert piece.strip("\n") in source, f"{page} shows {named[1]} as it was"


COMMAND = typer.main.get_command(app)


def weft_lines(text: str) -> list[str]:
    """Every use of the command in console blocks and in backticks."""
    shown = [body for _, word, body in FENCE.findall(text) if word in ("console", "sh", "ini")]
    lines = [*"\n".join(shown).splitlines(), *code_words(text)]
    return [
        found[1]
        for line in lines
        if (found := re.search(r"(?:^|\s|bin/)weft ((?:[a-z]+|--help|--version)\b.*)$", line))
    ]


@pytest.mark.parametrize("page", [page for page, text in TEXTS.items() if weft_lines(text)])
def test_commands_of_weft_are_there_with_their_options(page: str) -> None:
    for line in weft_lines(TEXTS[page]):
        words = shlex.split(line)
        command: Any = COMMAND
        while words and hasattr(command, "commands") and not words[0].startswith("-"):
            assert words[0] in command.commands, f"{page}: weft {line}"
            command = command.commands[words.pop(0)]
        known = {name for spot in command.params for name in spot.opts} | {"--help"}
        used = {word.partition("=")[0] for word in words if word.startswith("--")}
        assert used <= known, f"{page}: weft {line}"


@pytest.mark.parametrize("page", TEXTS)
def test_make_targets_are_there(page: str) -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    consoles = [line for block in blocks(page, "console") for line in block.splitlines()]
    asked = [
        found[1]
        for line in [*consoles, *code_words(TEXTS[page])]
        if (found := re.match(r"make ([a-z]+)\b", line))
    ]
    assert set(asked) <= targets


@pytest.mark.parametrize("page", TEXTS)
def test_options_paths_and_names_are_there(page: str) -> None:
    options = {option.name for option in TABLE} | {CONFIG_VARIABLE, "WEFT_REQUIRE_BROWSER"}
    for word in code_words(TEXTS[page]):
        if found := re.fullmatch(r"(WEFT_[A-Z_]+)(=.*)?", word):
            assert found[1] in options, f"{page}: {word}"
        elif re.fullmatch(r"(weft|tests|docs|demo|tools|benchmarks|requirements)/[\w./-]*(?<!\.html)", word):
            assert (ROOT / word).exists(), f"{page}: {word}"
        elif re.fullmatch(r"weft(\.\w+)+", word):
            assert is_there(word), f"{page}: {word}"


def is_there(dotted: str) -> bool:
    """Whether a dotted name is a module, or something in one."""
    names = dotted.split(".")
    for cut in range(len(names), 0, -1):
        try:
            found: Any = import_module(".".join(names[:cut]))
        except ModuleNotFoundError:
            continue
        for name in names[cut:]:
            found = getattr(found, name, None)
        return found is not None
    return False


def test_the_options_file_of_the_proxy_example_is_read(tmp_path: Path) -> None:
    from weft.config.options import read

    (example,) = blocks("docs/running.md", "toml")
    (tmp_path / "weft.toml").write_text(example)
    options = read({"WEFT_CONFIG": str(tmp_path / "weft.toml")})
    assert (options.hosts, options.behind_tls, options.proxies) == (
        ("city.example",),
        True,
        ("127.0.0.1/32",),
    )


def test_the_changelog_knows_the_version() -> None:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    assert f"## {version}" in TEXTS["CHANGELOG.md"]


# Examples that run


def replay(client: Any, call: str) -> Any:
    """A curl call through Django's test client."""
    words = shlex.split(call.replace("\\\n", " "))
    assert words.pop(0) == "curl"
    method, headers, body, address = "GET", {}, "", ""
    while words:
        match words.pop(0):
            case "-X":
                method = words.pop(0)
            case "-H":
                name, _, value = words.pop(0).partition(": ")
                headers[name] = value
            case "-d":
                body = words.pop(0)
            case other:
                address = other
    path = address.removeprefix("$WEFT")
    return client.generic(
        method, path, body, headers=headers, content_type=headers.pop("Content-Type", "text/plain")
    )


@pytest.mark.django_db
def test_the_examples_of_the_api_answer_as_shown(client: Any) -> None:
    make.city()
    stream = make.datastream()
    token = create_token("docs", role="agent", by=SYSTEM)
    steps = [(word, body) for _, word, body in FENCE.findall(TEXTS["docs/api.md"]) if word in ("sh", "json")]
    answer, answered = None, []
    observation = ""
    for word, body in steps:
        if word == "sh" and body.startswith("curl"):
            call = body.replace("$TOKEN", token).replace("Datastreams(1)", f"Datastreams({stream.pk})")
            call = call.replace('{"@iot.id": 1}', f'{{"@iot.id": {stream.pk}}}')
            answer = replay(client, call.replace("Observations(1)", f"Observations({observation})"))
            answered.append(answer.status_code)
            observation = observation or str(answer.json().get("@iot.id", ""))
        elif word == "json" and answer is not None:
            assert like(answer.json()) == like(json.loads(body))
    assert answered == [200, 201, 201, 200, 422]


def like(found: Any) -> Any:
    """An answer without what differs from city to city: ids and addresses."""
    if isinstance(found, dict):
        return {name: "…" if name.startswith("@iot") else like(value) for name, value in found.items()}
    return [like(value) for value in found] if isinstance(found, list) else found


@pytest.fixture
def walk(tmp_path: Path) -> Path:
    """The folder that the walk makes."""
    for name, body in WALK.items():
        path = tmp_path / "tidewater" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(body, encoding="utf-8")
    return tmp_path / "tidewater"


@pytest.mark.django_db
def test_the_walk_makes_a_city_that_loads(walk: Path) -> None:
    report = load(walk)
    assert {line.name: line.source_rows for line in report.sets}["requests"] == 3
    with connection.cursor() as cursor:
        cursor.execute("SELECT subject_type, count(*) FROM process_case GROUP BY 1 ORDER BY 1")
        assert cursor.fetchall() == [("alert", 1), ("request", 1)]
    assert not load(walk).changed


@pytest.mark.django_db
def test_the_walk_makes_a_city_before_it_has_sensors_and_requests(walk: Path) -> None:
    later = ("observed_properties", "things", "datastreams", "limits", "observations", "requests", "targets")
    for name in later:
        (walk / f"{name}.csv").unlink()
    assert load(walk).changed


@pytest.mark.django_db
def test_the_report_of_the_walk_is_what_the_loader_says(walk: Path) -> None:
    services, requests = walk / "services.csv", walk / "requests.csv"
    services.write_text(
        services.read_text().replace("roads,streets", "roads,streetz").replace(",8,", ",ten,")
    )
    requests.write_text(requests.read_text().replace("2024-10-29T11:30", "29 Oct"))
    with pytest.raises(Mistakes) as told:
        load(walk)
    (shown,) = blocks("docs/describe-your-city.md", "text")
    assert [str(mistake) for mistake in told.value.report.mistakes] == shown.splitlines()


@pytest.mark.django_db
def test_the_query_of_the_measure_gives_what_is_stored(walk: Path) -> None:
    load(walk)
    (query,) = blocks("docs/measures.md", "sql")
    with connection.cursor() as cursor:
        cursor.execute(query)
        rows = cursor.fetchall()
    stored = MeasureValue.objects.order_by("unit_id", "month").values_list(
        "unit_id", "month", "numerator", "denominator"
    )
    assert rows == list(stored)
    assert len(rows) > 0


@pytest.mark.django_db
def test_the_query_of_the_log_runs(walk: Path) -> None:
    load(walk)
    (query,) = blocks("docs/events.md", "sql")
    with connection.cursor() as cursor:
        cursor.execute("SELECT max(object_id) FROM kit_event_object WHERE object_type = 'request'")
        (number,) = cursor.fetchone()
        cursor.execute(query.replace("4711", number))
        assert [row[1] for row in cursor.fetchall()][-1] == "RequestOpened"
