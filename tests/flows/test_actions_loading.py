"""Loading: pseudonyms in the open, names sealed, twice the same as once, and nothing half."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from flows import ledgers as builders
import polars
import pytest
from django.conf import LazySettings

from manumit.flows import models
from manumit.flows.actions import names, store

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
AT = builders.AT


@pytest.fixture(autouse=True)
def _own_folder(settings: LazySettings, tmp_path: Path) -> Iterator[None]:
    settings.MANUMIT_DATA = tmp_path
    yield


def test_a_row_becomes_pseudonyms_and_can_be_opened_on_the_record() -> None:
    home = builders.bureau()
    load = builders.add(
        home,
        [{"source": "GB 12 EX", "target": "FR99", "text": "rent", "source_name": "Amal Example"}],
    )
    assert (load.state, load.rows_read, load.rows_loaded) == ("done", 1, 1)
    rows = store.entries(home.ledger).collect()
    assert rows["source"].to_list() == [builders.pseudonym(home, "gb12ex")]
    assert rows["entry"].to_list() == [1_000_000_001]
    opened = names.open_accounts(
        by=home.analyst_actor, at=AT, ledger=home.ledger, accounts=rows["source"], purpose="test"
    )
    assert list(opened.values()) == [{"identifier": "GB 12 EX", "name": "Amal Example"}]
    texts = names.open_entries(
        by=home.analyst_actor, at=AT, ledger=home.ledger, entries=rows["entry"], purpose="test"
    )
    assert texts == {1_000_000_001: {"text": "rent", "source_name": "Amal Example"}}
