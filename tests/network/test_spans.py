from datetime import date

import pytest

from manumit.network import spans


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2015", date(2015, 1, 1), date(2015, 12, 31)),
        ("2016-02", date(2016, 2, 1), date(2016, 2, 29)),
        ("2015-03-04", date(2015, 3, 4), date(2015, 3, 4)),
        ("2015-03-04T10:00", date(2015, 3, 4), date(2015, 3, 4)),
        ("", None, None),
        ("2015-13", None, None),
        ("spring", None, None),
        ("2015-02-30", None, None),
    ],
)
def test_a_partial_date_is_every_day_it_could_mean(text, first, last):
    assert (spans.first_day(text), spans.last_day(text)) == (first, last)


def test_what_stands_on_a_day():
    assert spans.stands("2014", "2015-06", date(2015, 6, 30))
    assert not spans.stands("2014", "2015-06", date(2015, 7, 1))
    assert not spans.stands("2014", "", date(2013, 12, 31))
    assert spans.stands("", "", date(1900, 1, 1))


def test_spans_that_can_meet():
    assert spans.meet("2014", "2015", "2015", "2016")
    assert not spans.meet("2014", "2014-05", "2014-06", "2016")
    assert spans.meet("2014", "", "", "2014")
    assert spans.dated("", "2015")
    assert not spans.dated("", "")
