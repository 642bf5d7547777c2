from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from manumit.web import throttle

KEY = b"k" * 32


def buckets(username="amal", address="192.0.2.1", device="", step="passphrase"):
    return throttle.buckets(key=KEY, step=step, username=username, address=address, device=device)


def guess(counts: Counter, times: int, **who) -> int:
    """Guess wrongly so many times; return how many guesses were let through."""
    let_through = 0
    for _ in range(times):
        asked = buckets(**who)
        if not throttle.why_not(asked, counts):
            let_through += 1
            counts.update(bucket.digest for bucket in asked)
    return let_through


def test_five_guesses_at_one_name_from_one_address():
    assert guess(Counter(), 100) == 5


def test_thirty_guesses_at_many_names_from_one_address():
    counts = Counter()
    assert sum(guess(counts, 1, username=f"person{n}") for n in range(200)) == 30


def test_a_stranger_cannot_lock_out_a_known_device_even_from_the_same_address():
    counts = Counter()
    guess(counts, 100)
    for n in range(100):
        guess(counts, 10, username=f"person{n}")
    assert throttle.why_not(buckets(), counts) != ""
    assert throttle.why_not(buckets(device="own"), counts) == ""


def test_a_stranger_cannot_lock_out_another_address():
    counts = Counter()
    for n in range(50):
        guess(counts, 100, address=f"198.51.100.{n}")
    assert throttle.why_not(buckets(address="192.0.2.77"), counts) == ""


def test_a_known_device_has_a_limit_of_its_own():
    assert guess(Counter(), 100, device="own") == 10


def test_the_reason_says_how_long_and_that_others_are_not_affected():
    counts = Counter()
    guess(counts, 9)
    reason = throttle.why_not(buckets(), counts)
    assert "15 minutes" in reason
    assert "not affected" in reason


def test_digests_name_nobody_and_depend_on_the_key():
    (pair, address) = buckets()
    other = throttle.buckets(
        key=b"x" * 32, step="passphrase", username="amal", address="192.0.2.1", device=""
    )
    assert pair.digest != other[0].digest
    assert "amal" not in pair.digest
    assert address.digest != pair.digest


def test_spelling_a_name_in_capitals_is_the_same_count():
    assert buckets(username=" Amal ") == buckets(username="amal")


def test_an_ipv6_sender_is_its_network():
    assert throttle.network("2001:db8:1:2:3::4") == throttle.network("2001:db8:1:2:ffff::1")
    assert throttle.network("2001:db8:1:2::1") != throttle.network("2001:db8:1:3::1")
    assert throttle.network("::ffff:192.0.2.1") == "192.0.2.1"
    assert throttle.network("not an address") == "unknown"


@given(st.text(max_size=40))
def test_what_a_sender_claims_is_ignored_without_a_proxy(claimed):
    assert throttle.client_address("192.0.2.9", claimed, 0) == "192.0.2.9"


def test_behind_a_proxy_the_last_address_counts_and_not_the_claimed_one():
    forwarded = "203.0.113.1, 198.51.100.7"
    assert throttle.client_address("10.0.0.1", forwarded, 1) == "198.51.100.7"
    assert throttle.client_address("10.0.0.1", forwarded, 2) == "203.0.113.1"
    assert throttle.client_address("10.0.0.1", "", 1) == "10.0.0.1"
