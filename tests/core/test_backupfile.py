"""The backup file: every way to tamper with it is refused, and nothing unchecked is handed on."""

import io
import struct
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from manumit.core import backupfile, backupkeys

AT = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
ON = AT.date()
WORD = b"fictional canary "
SAFE, SAFE_KEY = backupkeys.new("Example safe", ON, weeks=8)
OTHER, OTHER_KEY = backupkeys.new("Other safe", ON, weeks=8)


def write(text=b"", *, to=(SAFE,), at=AT, piece=None, monkeypatch=None):
    out = io.BytesIO()
    writer = backupfile.Writer(out, to, at)
    for start in range(0, len(text), 5000):
        writer.write(text[start : start + 5000])
    writer.close()
    assert writer.size == len(out.getvalue())
    return out.getvalue()


def read(data, *keys, on=ON):
    """Return the text of a backup."""
    source = io.BytesIO(data)
    header = backupfile.read_header(source)
    key = backupfile.file_key(header, keys or (SAFE_KEY,), on)
    return b"".join(backupfile.pieces(source, header, key))


def noise(size):
    """Return bytes that do not compress, the same every time."""
    import random

    return random.Random(2331).randbytes(size)


BIG = noise(3 * backupfile.PIECE + 17)
SMALL_FILE, BIG_FILE = write(WORD * 40), write(BIG)


def frames(data):
    """Return the header and each framed piece."""
    source = io.BytesIO(data)
    backupfile.read_header(source)
    at, found = source.tell(), []
    head = data[:at]
    while at < len(data):
        size = struct.unpack(">I", data[at : at + 4])[0] + 4
        found.append(data[at : at + size])
        at += size
    return head, found


@pytest.mark.parametrize("text", [b"", b"x", WORD * 100_000, BIG], ids=["0", "1", "long", "big"])
def test_what_was_written_is_read(text):
    assert read(write(text)) == text


def test_it_takes_several_pieces_and_shows_no_word():
    assert len(frames(BIG_FILE)[1]) == 4
    assert WORD not in SMALL_FILE
    assert read(SMALL_FILE) == WORD * 40


def test_each_recipient_opens_it_and_nobody_else():
    both = write(b"text", to=(SAFE, OTHER))
    assert read(both, SAFE_KEY) == read(both, OTHER_KEY) == b"text"
    with pytest.raises(backupfile.BadBackup, match="other keys"):
        read(SMALL_FILE, OTHER_KEY)
    with pytest.raises(backupfile.BadBackup, match="recipient"):
        write(b"text", to=())


@given(st.integers(0, len(SMALL_FILE) - 1), st.integers(1, 255))
def test_every_changed_byte_is_refused(place, change):
    changed = bytearray(SMALL_FILE)
    changed[place] ^= change
    with pytest.raises(backupfile.BadBackup):
        read(bytes(changed))


@given(st.integers(0, len(SMALL_FILE) - 1))
def test_every_cut_is_refused(size):
    with pytest.raises(backupfile.BadBackup):
        read(SMALL_FILE[:size])


def test_pieces_cannot_be_left_out_moved_doubled_or_added():
    head, parts = frames(BIG_FILE)
    a, b, c, d = parts
    for order in ([a, b, c], [a, b, d], [b, a, c, d], [a, b, b, c, d], [d], [a, b, c, d, d], []):
        with pytest.raises(backupfile.BadBackup):
            read(head + b"".join(order))
    with pytest.raises(backupfile.BadBackup, match="added"):
        read(BIG_FILE + b"\0")
    # a piece of another backup for the same key, in its own place
    with pytest.raises(backupfile.BadBackup, match="piece 1"):
        read(head + frames(write(BIG))[1][0] + b + c + d)


def test_nothing_of_a_bad_piece_is_handed_on():
    head, (a, b, c, d) = frames(BIG_FILE)
    bad = bytearray(b)
    bad[2000] ^= 1
    source, handed = io.BytesIO(head + a + bytes(bad) + c + d), []
    header = backupfile.read_header(source)
    key = backupfile.file_key(header, (SAFE_KEY,), ON)
    portions = backupfile.pieces(source, header, key)
    with pytest.raises(backupfile.BadBackup, match="piece 2"):
        handed.extend(portions)
    assert sum(map(len, handed)) <= backupfile.PIECE
    assert BIG.startswith(b"".join(handed))


def test_a_header_dressed_anew_is_refused():
    for old, new in ((b'"week"', b' "week"'), (b"}\n", b"}  \n"), (b'"to"', b'"x":1,"to"')):
        with pytest.raises(backupfile.BadBackup):
            read(SMALL_FILE.replace(old, new, 1))
    later = str(backupkeys.week_of(ON) + 1).encode()
    week = str(backupkeys.week_of(ON)).encode()
    with pytest.raises(backupfile.BadBackup):
        read(SMALL_FILE.replace(b'"week":' + week, b'"week":' + later, 1))


def test_after_its_last_day_it_opens_with_no_key():
    last = backupfile.read_header(io.BytesIO(SMALL_FILE)).ends_on
    assert read(SMALL_FILE, on=last - timedelta(days=1))
    with pytest.raises(backupfile.BadBackup, match="ended"):
        read(SMALL_FILE, on=last)
    with pytest.raises(backupkeys.BadBackupKey, match="forgotten"):
        read(SMALL_FILE, SAFE_KEY.forget(last), on=date(2026, 11, 23))


def test_what_is_no_backup_says_so():
    for data in (b"", b"PK\x03\x04", backupfile.MAGIC, backupfile.MAGIC + b"{}\n"):
        with pytest.raises(backupfile.BadBackup):
            read(data)


@given(st.lists(st.binary(max_size=40).filter(lambda b: b"\n" not in b)), st.integers(1, 9))
def test_lines_come_whole_however_they_were_cut(told, size):
    text = b"".join(line + b"\n" for line in told)
    portions = (text[i : i + size] for i in range(0, len(text), size))
    assert list(backupfile.lines(portions)) == told
