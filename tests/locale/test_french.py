"""French: no sentence is missing, none has lost a blank, and the pages are French to the last word."""

import gettext
import re
from collections import Counter
from html.parser import HTMLParser

import pytest
from django.test import Client

from tests import make
from tests.locale.catalogue import PACKAGE, Entry, blanks, entries, in_python, in_template, wanted
from weft.process.models import Case, Task
from weft.serve.models import Request

FOLDER = PACKAGE / "locale" / "fr" / "LC_MESSAGES"
CATALOGUE = entries(FOLDER / "django.po")
FRENCH = {entry.key: entry for entry in CATALOGUE}
ENGLISH = set(
    re.findall(
        r"\w+",
        """
        about after all and answer area before city closed day done due find for from home how kept last
        late loading map missed month name nothing now open opened promised received request requests
        rows search see send show sign since status step steps task tasks the there this time today
        track unit wait waiting what where who you your
        """,
    )
)
"""Words that only an English sentence holds."""


def test_the_extraction_finds_every_way_of_marking():
    python = '_("one"), f"{_(\'two\')}", ngettext("%d x", "%d xs", 2), pgettext_lazy("said", "three")'
    assert [key.text for key in in_python(python)] == ["one", "%d x", "three", "two"]
    page = (
        '{% load i18n %}{% translate "one" context "said" %}'
        "{% blocktranslate count n=n %}{{ n }} x{% plural %}{{ n }} xs{% endblocktranslate %}"
    )
    assert [(key.context, key.text, key.plural) for key in in_template(page)] == [
        ("said", "one", ""),
        ("", "%(n)s x", "%(n)s xs"),
    ]


def test_every_sentence_of_the_code_is_in_the_catalogue():
    marked = wanted()
    assert len(marked) > 300
    assert {key.text: file for key, file in marked.items() if key not in FRENCH} == {}


@pytest.mark.parametrize("path", sorted(PACKAGE.glob("*/templates/**/*.html")), ids=lambda path: path.name)
def test_no_word_of_a_template_is_unmarked(path):
    source = path.read_text()
    for marked in (
        r"{% blocktranslate.*?endblocktranslate %}",
        r"{% block body_class %}\w+",
        r"{%.*?%}|{{.*?}}",
        r"<code>.*?</code>",
    ):
        source = re.sub(marked, "", source, flags=re.DOTALL)
    shown = re.split(r"<[^>]*>", source) + re.findall(
        r'(?:aria-label|title|placeholder|alt|data-label)="([^"]+)"', source
    )
    words = {word for text in shown for word in re.findall(r"[A-Za-z]{2,}", text.replace("W-1234-abcd…", ""))}
    assert words <= {"Weft"}


def test_no_sentence_is_held_twice():
    assert [key for key, count in Counter(entry.key for entry in CATALOGUE).items() if count > 1] == []


def test_every_sentence_is_said_in_french_in_all_its_forms():
    unsaid = [
        entry.key.text
        for entry in CATALOGUE
        if entry.fuzzy or not all(entry.forms) or len(entry.forms) != (2 if entry.key.plural else 1)
    ]
    assert unsaid == []


def test_the_compiled_catalogue_says_what_the_written_one_says():
    with (FOLDER / "django.mo").open("rb") as file:
        compiled = gettext.GNUTranslations(file)

    def says(entry: Entry) -> list[str]:
        text, context = entry.key.text, entry.key.context
        if not entry.key.plural:
            return [compiled.pgettext(context, text) if context else compiled.gettext(text)]
        return [compiled.ngettext(text, entry.key.plural, n) for n in (1, 2)]

    assert [entry.key.text for entry in CATALOGUE if says(entry) != list(entry.forms)] == []
    assert compiled.ngettext("%d day", "%d days", 0) == "%d jour"


def test_every_sentence_keeps_its_blanks():
    lost = {
        entry.key.text: form
        for entry in CATALOGUE
        for form in entry.forms
        if blanks(form) not in (blanks(entry.key.text), blanks(entry.key.plural or entry.key.text))
    }
    assert lost == {}


def test_the_typography_is_french():
    wrong = re.compile(r"'|“|”|(?<!\u00a0)[;?!»]|«(?!\u00a0)|[ (\w]:(?=\s|$)")
    assert [form for entry in CATALOGUE for form in entry.forms if wrong.search(form)] == []


class Spoken(HTMLParser):
    """What a page shows or says aloud, except what it says in another language on purpose."""

    SILENT = frozenset({"script", "style", "code", "kbd"})
    SAID = frozenset({"aria-label", "title", "placeholder", "alt", "data-label"})

    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []
        self.silent: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        known = dict(attrs)
        if tag in self.SILENT or (known.get("lang") == "en" and tag != "html") or tag in self.silent:
            self.silent.append(tag)
        elif not self.silent:
            self.said += [value for name, value in attrs if name in self.SAID and value]

    def handle_endtag(self, tag: str) -> None:
        if self.silent and self.silent[-1] == tag:
            self.silent.pop()

    def handle_data(self, data: str) -> None:
        if not self.silent and data.strip():
            self.said.append(data.strip())


def english_in(body: str) -> list[str]:
    """The texts of a page that hold an English word outside of quotation marks."""
    page = Spoken()
    page.feed(body)
    assert len(page.said) > 3
    quoted = re.compile(r"«.*?»")
    return [
        text for text in page.said if ENGLISH & set(re.findall(r"[^\W\d_]+", quoted.sub("", text).lower()))
    ]


def test_an_english_sentence_is_noticed():
    assert english_in(
        "<p>Où</p><p>Qui</p><p>Quoi</p><a title='Show'>Nothing to do</a><i lang=en>The</i>"
    ) == [
        "Show",
        "Nothing to do",
    ]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("address", "status"),
    {
        "/": 200,
        "/?q=zeppelin": 200,
        "/ask/lamp/": 200,
        "/ask/nothing/": 404,
        "/track/": 200,
        "/track/?code=W-1-wrong": 404,
        "/track/{reference}-{secret}/?new=1": 200,
        "/sign-in/": 200,
        "/there/is/nothing/": 404,
        "/api/": 200,
        "/search?q=lampadaire": 200,
        "/search?q=zeppelin": 200,
        "/sign-out/": 200,
        "/password/": 200,
        "/tasks/": 200,
        "/tasks/{task}/": 200,
        "/tasks/999/": 404,
        "/cases/{case}/": 200,
        "/cases/{case}/subject/": 200,
        "/requests/": 200,
        "/requests/?after=x": 422,
        "/requests/{request}/": 200,
        "/city/": 200,
        "/city/?at=2026-01-05": 200,
        "/city/?at=x": 422,
        "/things/{thing}/": 200,
        "/alerts/999/": 404,
        "/govern/": 200,
        "/history/request/{request}/": 200,
        "/history/case/{case}/": 200,
    }.items(),
)
def test_a_page_in_french_is_french_to_the_last_word(address, status):
    make.city()
    receipt = make.request("Le lampadaire est éteint")
    stream = make.datastream(limit=90, service="lamp")
    make.person("anna", role="agent", unit="311")
    client = Client(headers={"accept-language": "fr"})
    if not address.startswith(("/?", "/ask", "/track", "/sign-in", "/api", "/there")):
        client.force_login(make.Person.objects.get(username="anna"))
    keys = {
        "reference": receipt.reference,
        "secret": receipt.secret,
        "request": Request.objects.get().pk,
        "case": Case.objects.get().pk,
        "task": Task.objects.get().pk,
        "thing": stream.thing_id,
    }
    answer = client.get(address.format(**keys))
    assert answer.status_code == status
    assert english_in(answer.content.decode()) == []


@pytest.mark.django_db
def test_a_form_that_is_not_complete_is_told_in_french():
    make.city()
    client = Client(headers={"accept-language": "fr"})
    body = client.post("/ask/lamp/", {"words": ""}).content.decode()
    assert english_in(body) == []
    assert "Ce champ est obligatoire." in body
    body = client.post("/sign-in/", {"login": "anna", "password": "wrong"}).content.decode()
    assert english_in(body) == []
    assert "mot de passe" in body
