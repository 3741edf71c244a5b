"""The docs say what the sets are."""

from __future__ import annotations

from pathlib import Path

from weft.city.folder import all_sets
from weft.city.folder.reference import PAGE, with_reference

ROOT = Path(__file__).parents[3]


def test_the_reference_in_the_docs_is_that_of_the_sets():
    page = (ROOT / PAGE).read_text(encoding="utf-8")
    assert page == with_reference(page), "write it anew with: python tools/write_city_folder_docs.py"


def test_every_column_says_what_it_is():
    for spec in all_sets():
        for column in spec.columns:
            assert column.says.endswith("."), f"{spec.name}.{column.name}"


def test_references_lead_to_sets_and_keys_to_columns():
    sets = {spec.name: spec for spec in all_sets()}
    for spec in sets.values():
        assert spec.needs <= sets.keys()
        assert set(spec.key) <= {column.name for column in spec.columns}
        for column in spec.columns:
            assert not column.refers_to or len(sets[column.refers_to].key) == 1


def test_sets_come_after_what_they_need():
    order = [spec.name for spec in all_sets()]
    for spec in all_sets():
        assert all(order.index(needed) < order.index(spec.name) for needed in spec.needs)
