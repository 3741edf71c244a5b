"""The components of the page frame, rendered as a page would."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.template import Context, Template
from django.test import RequestFactory
from django.utils import translation

from weft.kit.templatetags.weft import STATUSES, figure, in_words

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def rendered(source: str, *, address: str = "/", **context: Any) -> str:
    """The HTML of a few tags, in English."""
    with translation.override("en"):
        request = RequestFactory().get(address)
        return Template("{% load weft %}" + source).render(Context({"request": request, **context}))


@pytest.mark.parametrize(
    ("distance", "words"),
    [
        (timedelta(seconds=-20), "now"),
        (timedelta(minutes=-1), "1 minute ago"),
        (timedelta(minutes=59), "in 59 minutes"),
        (timedelta(hours=-35), "35 hours ago"),
        (timedelta(hours=-36), "2 days ago"),
        (timedelta(days=31), "in 31 days"),
        (timedelta(days=-40), "January 21, 2026"),
    ],
)
def test_a_moment_is_told_in_words_until_the_day_says_more(distance: timedelta, words: str) -> None:
    with translation.override("en"):
        assert in_words(NOON + distance, now=NOON) == words


@pytest.mark.parametrize(
    ("number", "written"), [(412.0, "412"), (97.25, "97.25"), (0.5, "0.5"), (2712, "2,712"), (None, "–")]
)
def test_a_figure_has_no_idle_zeros(number: float | None, written: str) -> None:
    with translation.override("en"):
        assert figure(number) == written


@pytest.mark.parametrize("kind", STATUSES)
def test_every_status_has_a_shape_and_a_word(kind: str) -> None:
    html = rendered("{% status kind %}", kind=kind)
    assert f"status.svg#{STATUSES[kind][0]}" in html
    assert str(STATUSES[kind][1]) in html


def test_a_gap_says_in_words_what_it_shows() -> None:
    assert "72.5\u00a0%, target 80.0\u00a0%: 7.5\u00a0% short" in rendered(
        "{% gap 72.5 target=80 digits=1 %}"
    )
    assert "82\u00a0%, target 80\u00a0%: reached" in rendered("{% gap 82 target=80 %}")
    assert "No value yet" in rendered("{% gap None target=80 %}")


def test_less_can_be_better() -> None:
    assert "3\u00a0d, target 5\u00a0d: reached" in rendered(
        "{% gap 3 target=5 high=10 unit='d' more_is_better=False %}"
    )


def test_a_missing_value_leaves_a_gap_in_a_small_line() -> None:
    assert rendered("{% spark values %}", values=[1, 2, None, 3, 4]).count("<polyline") == 2


def test_a_heading_sorts_and_then_turns_round_and_keeps_the_filter() -> None:
    heading = "{% column 'due' 'Due' %}"
    assert 'href="?unit=parks&amp;sort=due"' in rendered(heading, address="/?unit=parks&after=k9")
    turned = rendered(heading, address="/?sort=due")
    assert 'aria-sort="ascending"' in turned
    assert 'href="?sort=-due"' in turned


def test_paging_goes_on_by_key_and_back_to_the_first() -> None:
    html = rendered("{% pager 'k2' shown=50 of=120 %}", address="/?unit=parks&after=k1")
    assert 'href="?unit=parks&amp;after=k2" rel="next"' in html
    assert 'href="?unit=parks"' in html
    assert "50 of 120" in html


def test_the_strip_says_where_one_is() -> None:
    steps = [SimpleNamespace(name="Receive", state="done"), SimpleNamespace(name="Assess", state="now")]
    html = rendered("{% steps steps %}", steps=steps)
    assert html.count('aria-current="step"') == 1
    assert "You are here" in html


def test_what_a_person_typed_is_never_taken_for_html() -> None:
    nasty = "<script>alert(1)</script>"
    source = "{% status nasty %}{% crumb nasty '/' %}{% empty nasty nasty %}{% panel nasty %}{{ nasty }}{% endpanel %}"
    assert "<script" not in rendered(source, nasty=nasty)
