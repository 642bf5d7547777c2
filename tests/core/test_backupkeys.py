"""Keys that forget: a week that was left behind opens nowhere, and no later than promised."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from manumit.core import backupkeys, sealing

ON = date(2026, 11, 22)
DAYS = st.integers(0, 2000).map(lambda n: date(2026, 1, 5) + timedelta(days=n))
RECIPIENT, SECRET = backupkeys.new("Example safe", ON, weeks=8)


@given(DAYS)
def test_what_is_destroyed_today_is_in_no_backup_after_28_days(on):
    assert backupkeys.begins_on(backupkeys.week_of(on)) <= on
    ends = backupkeys.ends_on(backupkeys.week_of(on))
    assert timedelta(days=21) < ends - on <= timedelta(days=backupkeys.LIFE_DAYS)
    assert backupkeys.oldest_kept(ends) > backupkeys.week_of(on)
    assert backupkeys.oldest_kept(ends - timedelta(days=1)) <= backupkeys.week_of(on)


def test_the_promise_is_kept_when_two_people_decide_in_time():
    assert backupkeys.DECIDE_DAYS + backupkeys.LIFE_DAYS == backupkeys.PROMISE_DAYS == 30


@pytest.mark.parametrize("week", range(8))
def test_each_week_has_a_pair_of_its_own(week):
    number = SECRET.week + week
    wrapped = sealing.hpke_wrap(RECIPIENT.key(number), b"k" * 32, b"x")
    assert sealing.hpke_unwrap(SECRET.of(number), wrapped, b"x") == b"k" * 32
    with pytest.raises(sealing.SealBroken):
        sealing.hpke_unwrap(SECRET.of(SECRET.week + (week + 1) % 8), wrapped, b"x")


def test_a_forgotten_week_cannot_be_had_from_what_is_kept():
    later = SECRET.forget(ON + timedelta(days=40))
    assert later.week > SECRET.week
    assert later.chain != SECRET.chain
    assert later.of(later.week) == SECRET.of(later.week)
    with pytest.raises(backupkeys.BadBackupKey, match="forgotten"):
        later.of(SECRET.week)
    assert SECRET.chain.hex() not in backupkeys.secret_text(later)
    # the step is one way: no later link leads back to the first
    links = [later.of(later.week + n) for n in range(later.last - later.week + 1)]
    assert SECRET.of(SECRET.week) not in links


def test_forgetting_twice_or_early_changes_nothing():
    assert SECRET.forget(ON) == SECRET
    once = SECRET.forget(ON + timedelta(days=40))
    assert once.forget(ON + timedelta(days=40)) == once
    assert once.forget(ON) == once


def test_after_its_last_week_a_key_opens_nothing():
    end = SECRET.forget(ON + timedelta(days=1000))
    for week in range(SECRET.week, SECRET.last + 1):
        with pytest.raises(backupkeys.BadBackupKey):
            end.of(week)


def test_a_time_that_is_not_served_is_refused_with_the_cure():
    for week in (RECIPIENT.first - 1, RECIPIENT.last + 1):
        with pytest.raises(backupkeys.BadBackupKey, match="backup-key new"):
            RECIPIENT.key(week)
    with pytest.raises(backupkeys.BadBackupKey):
        SECRET.of(SECRET.last + 1)


def test_both_files_read_back():
    assert backupkeys.read_public(backupkeys.public_text(RECIPIENT)) == RECIPIENT
    assert backupkeys.read_secret(backupkeys.secret_text(SECRET)) == SECRET
    assert SECRET.chain.hex() not in repr(SECRET)


@given(st.data())
def test_a_changed_public_file_is_refused(data):
    text = backupkeys.public_text(RECIPIENT)
    place = data.draw(st.integers(text.index("first week"), len(text) - 2))
    other = data.draw(st.characters(min_codepoint=32, max_codepoint=122))
    changed = text[:place] + other + text[place + 1 :]
    if changed != text:
        with pytest.raises(backupkeys.BadBackupKey):
            backupkeys.read_public(changed)


def test_other_files_are_refused():
    public, secret = backupkeys.public_text(RECIPIENT), backupkeys.secret_text(SECRET)
    for text in ("", "hello", public[:-900], secret, public + "AAAA\n"):
        with pytest.raises(backupkeys.BadBackupKey):
            backupkeys.read_public(text)
    for text in ("", "hello", public, secret[:-4]):
        with pytest.raises(backupkeys.BadBackupKey):
            backupkeys.read_secret(text)
    for name, weeks in (("", 8), ("two\nlines", 8), ("x", 0), ("x", 10_000)):
        with pytest.raises(backupkeys.BadBackupKey):
            backupkeys.new(name, ON, weeks=weeks)
