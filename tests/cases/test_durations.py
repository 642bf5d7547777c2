"""How long a yes lasts: dated, sourced data; a country may set its own."""

from datetime import date

import pytest

from manumit.cases import consent, durations

ENTRY = """
[[duration]]
purpose = "interview"
days = 90
from = 2026-01-01
source = "Own rule"
source_status = "pending"
"""


def test_every_purpose_has_a_sourced_duration():
    for purpose in consent.Purpose:
        rule = durations.rule(purpose.value)
        assert rule.days > 0
        assert rule.source
        assert rule.source_status in {"verified", "secondary", "pending"}


def test_what_is_most_dangerous_lasts_no_longer_than_the_rest():
    days = {purpose: consent.lasts_days(purpose) for purpose in consent.Purpose}
    assert days[consent.Purpose.SHARE_WITH_MEDIA] == min(days.values())
    assert days[consent.Purpose.SHARE_ACCOUNT] <= days[consent.Purpose.SHARE_WITH_SERVICE]


def test_the_newest_entry_that_has_begun_counts_and_a_country_goes_first(monkeypatch):
    later = ENTRY.replace("90", "60").replace("2026-01-01", "2027-01-01")
    away = ENTRY.replace("90", "30").replace("source =", 'country = "XX"\nsource =')
    read = durations.parse(ENTRY + later + away)
    monkeypatch.setattr(durations, "load", lambda: read)
    assert durations.rule("interview", date(2026, 6, 1)).days == 90
    assert durations.rule("interview", date(2027, 6, 1)).days == 60
    assert durations.rule("interview").days == 60
    assert durations.rule("interview", date(2027, 6, 1), "XX").days == 30
    assert durations.rule("interview", date(2020, 1, 1)).days == 90


def test_an_unknown_purpose_is_a_mistake_in_the_code():
    with pytest.raises(KeyError):
        durations.rule("gossip")


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (("days = 90", ""), "days"),
        (("days = 90", "days = 0"), "at least 1"),
        (("days = 90", 'days = "90"'), "days"),
        (('"pending"', '"sure"'), "source_status"),
        (("source =", 'country = "XX"\nsource ='), "everywhere else"),
        (("[[duration]]", "[[duration"), "Mend the line"),
    ],
)
def test_a_bad_file_is_refused_with_what_to_mend(change, named):
    with pytest.raises(durations.BadDurations, match=named):
        durations.parse(ENTRY.replace(*change, 1))
