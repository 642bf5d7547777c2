"""Sealed blocks: one record costs one block, and a block opens in its own place alone."""

import io
from uuid import UUID

import pytest

from manumit.core import sealing
from manumit.flows import sealedblocks

KEY = bytes(range(32))
PLACE = sealedblocks.Place(UUID(int=1), UUID(int=2), "000001-entries")
RECORDS = [{"name": f"Test Person {n}", "text": "é" * (n % 7)} for n in range(2501)]


@pytest.fixture(scope="module")
def whole() -> bytes:
    return sealedblocks.packed(RECORDS, KEY, PLACE)


@pytest.mark.parametrize("index", [0, 999, 1000, 2500])
def test_each_record_comes_back(whole: bytes, index: int) -> None:
    assert sealedblocks.record(io.BytesIO(whole), index, KEY, PLACE) == RECORDS[index]


def test_nothing_of_it_can_be_read(whole: bytes) -> None:
    assert b"Test Person" not in whole


@pytest.mark.parametrize(
    "place",
    [
        sealedblocks.Place(UUID(int=3), PLACE.load, PLACE.file),
        sealedblocks.Place(PLACE.ledger, UUID(int=3), PLACE.file),
        sealedblocks.Place(PLACE.ledger, PLACE.load, "000001-names"),
    ],
)
def test_elsewhere_it_does_not_open(whole: bytes, place: sealedblocks.Place) -> None:
    with pytest.raises(sealing.SealBroken):
        sealedblocks.block(io.BytesIO(whole), 0, KEY, place)


def test_a_changed_or_cut_file_is_refused(whole: bytes) -> None:
    changed = whole[:-1] + bytes([whole[-1] ^ 1])
    with pytest.raises(sealing.SealBroken):
        sealedblocks.block(io.BytesIO(changed), 2, KEY, PLACE)
    for cut in (0, 10, 30):
        with pytest.raises(sealedblocks.BadBlocks):
            sealedblocks.block(io.BytesIO(whole[:cut]), 0, KEY, PLACE)
    with pytest.raises(sealedblocks.BadBlocks):
        sealedblocks.block(io.BytesIO(whole), 3, KEY, PLACE)
