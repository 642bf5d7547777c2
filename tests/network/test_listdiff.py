"""What changed between two days of a list."""

import io
from pathlib import Path

import pytest

from manumit.network import listdiff, unlist
from network import lists

FOLDER = Path("../shared/data/un-list")


def read(*people):
    return unlist.read(io.BytesIO(lists.xml(*people)))


def test_added_removed_amended():
    old = read(lists.person("XXi.1"), lists.person("XXi.2"), lists.person("XXi.3"))
    new = read(
        lists.person("XXi.3", more=lists.alias("New Name")),
        lists.person("XXi.2", day="1971-02-03"),
        lists.person("XXi.4"),
    )
    found = listdiff.between(old, new)
    assert [e.reference for e in found.added] == ["XXi.4"]
    assert [e.reference for e in found.removed] == ["XXi.1"]
    second, third = found.amended
    (birth,) = second.fields.values()
    assert (second.after.reference, [*second.fields]) == ("XXi.2", ["dates_of_birth"])
    assert ("1970" in birth.removed[0], "1971" in birth.added[0]) == (True, True)
    assert [*third.fields] == ["aliases"]
    assert third.fields["aliases"].removed == ()


def test_order_blanks_and_dirt_are_no_amendment():
    one = read(lists.person("XXi.1 ", more=lists.alias("A") + lists.alias(" B  C ")))
    other = read(lists.person("XXi.1", more=lists.alias("B C") + lists.alias("A")))
    assert listdiff.between(one, other) == listdiff.Difference((), (), ())


def test_a_list_and_itself():
    one = read(lists.person("XXi.1"), lists.person("XXi.1", first="Twice"))
    assert listdiff.between(one, one).amended == ()
    assert len(listdiff.between(read(), one).added) == 2


@pytest.mark.skipif(not FOLDER.exists(), reason="the published lists are not here")
def test_the_two_published_lists():
    names = ("consolidated-2022-10-21.xml", "consolidated-2023-03-27.xml")
    old, new = (unlist.read(io.BytesIO((FOLDER / name).read_bytes())) for name in names)
    found = listdiff.between(old, new)
    assert [e.reference for e in found.added] == ["QDe.169", "QDi.433"]
    assert [e.reference for e in found.removed] == ["IQi.030", "IQi.032", "IQi.043"]
    assert len(found.amended) == 103
    assert "addresses" in next(a for a in found.amended if a.after.reference == "CDi.030").fields
