"""Any three of five bring the key back; any two, or a wrong word, do not."""

import itertools

import pytest

from manumit.core import escrow, sealing

KEY = sealing.new_key()
SHARES = escrow.split(KEY)


def test_five_shares_of_33_words():
    assert [len(share.split()) for share in SHARES] == [33] * 5
    assert len(set(SHARES)) == 5


@pytest.mark.parametrize("chosen", list(itertools.combinations(range(5), 3)))
def test_any_three_bring_it_back(chosen):
    assert escrow.combine([SHARES[n] for n in chosen]) == KEY


@pytest.mark.parametrize("chosen", [*itertools.combinations(range(5), 2), (0,), ()])
def test_any_two_do_not(chosen):
    with pytest.raises(escrow.BadShares, match="3 different shares"):
        escrow.combine([SHARES[n] for n in chosen])


def test_the_same_share_twice_is_one():
    with pytest.raises(escrow.BadShares):
        escrow.combine([SHARES[0], SHARES[1], f" {SHARES[1].upper()} "])
    assert escrow.combine([SHARES[0], SHARES[1], f" {SHARES[1].upper()} ", SHARES[2]]) == KEY


def test_more_than_three_are_welcome_in_any_order_and_spacing():
    assert escrow.combine([SHARES[4].upper(), *SHARES[:3]]) == KEY
    assert escrow.combine([f"  {share} " for share in SHARES[::-1]]) == KEY


def test_every_wrong_word_is_seen():
    """Test 25 of the plan: each word of each share changed to another of the list."""
    words = SHARES[0].split()
    pool = sorted({word for share in SHARES for word in share.split()})
    for share in SHARES[:3]:
        words = share.split()
        others = [one for one in SHARES[:3] if one != share]
        for place, word in enumerate(words):
            wrong = next(other for other in pool if other != word)
            changed = " ".join([*words[:place], wrong, *words[place + 1 :]])
            with pytest.raises(escrow.BadShares):
                escrow.combine([changed, *others])


@pytest.mark.parametrize("text", ["", "amal example", "academic " * 33])
def test_what_is_no_share_is_refused(text):
    with pytest.raises(escrow.BadShares):
        escrow.combine([text, *SHARES[:2]])


def test_shares_of_two_keys_do_not_mix():
    other = escrow.split(sealing.new_key())
    with pytest.raises(escrow.BadShares):
        escrow.combine([*SHARES[:2], other[2]])
    with pytest.raises(escrow.BadShares):
        escrow.combine([*SHARES[:3], other[3]])


def test_splitting_again_makes_new_shares_that_do_not_mix_with_the_old():
    again = escrow.split(KEY)
    assert escrow.combine(again[:3]) == KEY
    assert set(again).isdisjoint(SHARES)
    with pytest.raises(escrow.BadShares):
        escrow.combine([*SHARES[:2], again[2]])


def test_a_passphrase_is_needed_again():
    shares = escrow.split(KEY, b"candle")
    assert escrow.combine(shares[:3], b"candle") == KEY
    # SLIP-39 answers a wrong passphrase with a wrong key, which is why callers must compare.
    assert escrow.combine(shares[:3], b"Candle") != KEY
    assert escrow.combine(shares[:3]) != KEY


def test_only_a_key_is_split():
    with pytest.raises(ValueError, match="32 bytes"):
        escrow.split(b"short")
