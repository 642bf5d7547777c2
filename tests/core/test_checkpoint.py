"""Checkpoints: one text per signed meaning; what an outsider who kept one can prove."""

import base64
import dataclasses
import hashlib
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from manumit.core import checkpoint, merkle, sealing

KEY = bytes(range(32))
PUBLIC = sealing.public_of(KEY)
NAME = "manumit-record"
AT = datetime(2026, 3, 1, 8, 30, 0, 5, tzinfo=UTC)
ENTRIES = [{"seq": seq, "act": "case.open", "by": str(seq % 3)} for seq in range(60)]
LEAVES = [merkle.leaf_hash(checkpoint.entry_bytes(entry)) for entry in ENTRIES]
HEAD = checkpoint.Checkpoint(NAME, 60, merkle.root(LEAVES), AT)
TEXT = checkpoint.sign(HEAD, KEY, NAME)


def refused(text, public=PUBLIC, name=NAME):
    try:
        checkpoint.parse_and_verify(text, public, name)
    except checkpoint.BadCheckpoint:
        return True
    return False


class TestFormat:
    def test_as_it_looks(self):
        lines = TEXT.split("\n")
        assert lines[:2] == [NAME, "60"]
        assert lines[2] == base64.b64encode(HEAD.root).decode()
        assert lines[3:5] == ["at 2026-03-01T08:30:00.000005Z", ""]
        dash, name, signature = lines[5].split(" ")
        assert (dash, name, lines[6:]) == ("\u2014", NAME, [""])
        key_id = hashlib.sha256(NAME.encode() + b"\n\x01" + PUBLIC).digest()[:4]
        assert base64.b64decode(signature)[:4] == key_id

    @given(
        st.integers(0, 10**15),
        st.binary(min_size=32, max_size=32),
        st.datetimes(
            min_value=datetime(2000, 1, 1),  # noqa: DTZ001 (hypothesis wants it naive)
            timezones=st.just(UTC),
        ),
    )
    def test_what_is_signed_is_what_is_read(self, size, root, at):
        head = checkpoint.Checkpoint("example.org/record", size, root, at)
        text = checkpoint.sign(head, KEY, NAME)
        assert checkpoint.parse_and_verify(text, PUBLIC, NAME) == head

    def test_the_moment_counts_not_the_zone(self):
        there = dataclasses.replace(HEAD, at=AT.astimezone(timezone(timedelta(hours=3))))
        assert checkpoint.sign(there, KEY, NAME) == TEXT

    @pytest.mark.parametrize(
        "change",
        [
            {"origin": ""},
            {"origin": "two\nlines"},
            {"origin": " space before"},
            {"origin": "\ud800"},
            {"size": -1},
            {"root": b"short"},
            {"at": datetime(2026, 3, 1)},  # noqa: DTZ001
        ],
    )
    def test_what_it_cannot_carry_is_not_signed(self, change):
        with pytest.raises(checkpoint.BadCheckpoint):
            checkpoint.sign(dataclasses.replace(HEAD, **change), KEY, NAME)

    @pytest.mark.parametrize("name", ["", "two words", "a+b", "new\nline"])
    def test_names_that_a_signature_line_cannot_carry(self, name):
        with pytest.raises(checkpoint.BadCheckpoint):
            checkpoint.sign(HEAD, KEY, name)


class TestStrictness:
    def test_every_flipped_bit_is_seen(self):
        """Test 7 of the plan, the checkpoint; an earlier lenient reader let 202 of these pass."""
        assert not refused(TEXT)  # control
        data = TEXT.encode()
        undetected = []
        for bit in range(len(data) * 8):
            changed = bytearray(data)
            changed[bit // 8] ^= 1 << bit % 8
            try:
                text = changed.decode()
            except UnicodeDecodeError:
                continue
            if not refused(text):
                undetected.append(bit)
        assert undetected == []

    def test_the_slack_bits_of_base64_are_seen(self):
        """The last characters carry bits that decoding ignores: a second text, one signature."""
        head, _, signature = TEXT.rstrip("\n").rpartition(" ")
        letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
        same = [
            signature[:-2] + letter + "="
            for letter in letters
            if base64.b64decode(signature[:-2] + letter + "=") == base64.b64decode(signature)
        ]
        assert len(same) == 4
        assert [one for one in same if not refused(f"{head} {one}\n")] == [signature]

    @pytest.mark.parametrize(
        "change",
        [
            lambda t: t + "\n",
            lambda t: t[:-1],
            lambda t: t.replace("\n", "\r\n"),
            lambda t: "\ufeff" + t,
            lambda t: t.replace("60", "060", 1),
            lambda t: t.replace("60", "+60", 1),
            lambda t: t.replace("60", "\u0666\u0660", 1),
            lambda t: t.replace("Z\n", "+00:00\n", 1),
            lambda t: t.replace(".000005Z", ".5Z", 1),
            lambda t: t.replace("at ", "at  ", 1),
            lambda t: t + t.split("\n")[5] + "\n",
            lambda t: t.replace("\u2014", "-"),
            lambda t: "",
        ],
    )
    def test_another_dress_of_the_same_meaning_is_refused(self, change):
        assert refused(change(TEXT))

    def test_another_key_or_name_is_refused(self):
        stranger = sealing.new_signing_key()
        assert refused(TEXT, public=sealing.public_of(stranger))
        assert refused(checkpoint.sign(HEAD, stranger, NAME))
        assert refused(TEXT, name="other")
        assert refused(TEXT.replace(f"\u2014 {NAME}", "\u2014 other"), name="other")
        assert refused(TEXT, public=b"short")

    def test_a_key_id_that_lies_is_refused(self):
        head, _, signature = TEXT.rstrip("\n").rpartition(" ")
        lying = base64.b64encode(bytes(4) + base64.b64decode(signature)[4:]).decode()
        assert refused(f"{head} {lying}\n")

    @given(st.text(max_size=200))
    def test_any_text_is_refused_without_a_crash(self, text):
        assert refused(text)


class TestEntries:
    def test_one_meaning_has_one_byte_form(self):
        entry = {"b": 1, "a": "é\n", "z": None}
        assert checkpoint.entry_bytes(entry) == '{"a":"é\\n","b":1,"z":null}'.encode()
        assert checkpoint.entry_bytes(dict(reversed(entry.items()))) == checkpoint.entry_bytes(
            entry
        )

    def test_every_flipped_bit_of_a_log_is_seen(self):
        """Test 7 of the plan, the log: each bit of 60 entries changes the root."""
        bodies = [checkpoint.entry_bytes(entry) for entry in ENTRIES]
        leaves = [merkle.leaf_hash(body) for body in bodies]
        proofs = [merkle.inclusion_proof(leaves, seq, 60) for seq in range(60)]
        undetected = 0
        for seq, body in enumerate(bodies):
            # The rest of the tree stays the same, so its proof stands for it.
            assert merkle.verify_inclusion(leaves[seq], seq, 60, proofs[seq], HEAD.root)  # control
            for bit in range(len(body) * 8):
                changed = bytearray(body)
                changed[bit // 8] ^= 1 << bit % 8
                leaf = merkle.leaf_hash(bytes(changed))
                undetected += merkle.verify_inclusion(leaf, seq, 60, proofs[seq], HEAD.root)
        assert undetected == 0

    def test_a_commitment_fixes_and_hides(self):
        salt = bytes(16)
        details = {"note": "Amal Example"}
        hidden = checkpoint.commitment(details, salt)
        assert len(hidden) == 64
        assert hidden == checkpoint.commitment(dict(details), salt)
        assert hidden != checkpoint.commitment({"note": "Amal Example "}, salt)
        assert hidden != checkpoint.commitment(details, b"1" * 16)
        assert hidden != checkpoint.commitment(details, bytes(17))
        plain = hashlib.sha256(checkpoint.entry_bytes(details)).hexdigest()
        assert hidden != plain  # or a list of likely values would give it away

    def test_a_commitment_without_enough_salt_is_refused(self):
        with pytest.raises(ValueError, match="16 bytes"):
            checkpoint.commitment({}, b"short")


def signed(leaves, at=AT, key=KEY):
    head = checkpoint.Checkpoint(NAME, len(leaves), merkle.root(leaves), at)
    return checkpoint.sign(head, key, NAME)


def trusted(kept, shown, leaves):
    """What a witness does with the checkpoint it kept and the one it is shown; "" when content.

    The record's holder must bring the proof; here it is made from whatever the holder has.
    """
    try:
        old = checkpoint.parse_and_verify(kept, PUBLIC, NAME)
        new = checkpoint.parse_and_verify(shown, PUBLIC, NAME)
    except checkpoint.BadCheckpoint:
        return "signature"
    if new.size < old.size:
        return "shorter"
    if new.at < old.at:
        return "clock"
    proof = merkle.consistency_proof(leaves, old.size, new.size)
    if not merkle.verify_consistency(old.size, new.size, old.root, new.root, proof):
        return "history"
    return ""


class TestAttacksOnTheLog:
    """Test 9 of the plan, against a checkpoint kept outside when the record had 40 entries."""

    kept = signed(LEAVES[:40])
    later = AT + timedelta(minutes=10)
    other = merkle.leaf_hash(b"other")

    def test_honest_growth_is_trusted(self):
        for size in range(40, 61):
            assert trusted(self.kept, signed(LEAVES[:size], self.later), LEAVES[:size]) == ""

    @pytest.mark.parametrize("size", [0, 1, 39])
    def test_truncating_is_seen(self, size):
        assert trusted(self.kept, signed(LEAVES[:size], self.later), LEAVES[:size]) == "shorter"

    @pytest.mark.parametrize("size", [40, 41, 60])
    def test_cutting_and_filling_up_again_is_seen(self, size):
        forged = LEAVES[:30] + [self.other] * (size - 30)
        assert trusted(self.kept, signed(forged, self.later), forged) == "history"

    def test_a_fork_is_seen(self):
        """Two witnesses who each saw an honest-looking branch compare what they hold."""
        one = [*LEAVES[:40], self.other, *LEAVES[41:50]]
        assert trusted(self.kept, signed(one, self.later), one) == ""
        assert trusted(signed(one, self.later), signed(LEAVES, self.later), LEAVES) == "history"

    def test_rewriting_any_entry_before_it_is_seen_although_newly_signed(self):
        for place in range(40):
            forged = [*LEAVES[:place], self.other, *LEAVES[place + 1 :]]
            assert trusted(self.kept, signed(forged, self.later), forged) == "history"

    def test_deleting_or_swapping_entries_before_it_is_seen(self):
        without = LEAVES[:10] + LEAVES[11:]
        swapped = [*LEAVES[:10], LEAVES[11], LEAVES[10], *LEAVES[12:]]
        for forged in (without, swapped):
            assert trusted(self.kept, signed(forged, self.later), forged) == "history"

    def test_signing_with_another_key_is_seen(self):
        shown = signed(LEAVES, self.later, key=sealing.new_signing_key())
        assert trusted(self.kept, shown, LEAVES) == "signature"

    def test_a_clock_set_back_is_seen(self):
        assert trusted(self.kept, signed(LEAVES, AT - timedelta(days=3)), LEAVES) == "clock"

    def test_deleting_the_head_hides_nothing_that_a_witness_kept(self):
        """Without the stored head the root is worked out anew, and must still continue."""
        frontier = merkle.Frontier()
        for leaf in LEAVES[:30]:
            frontier = frontier.append(leaf)
        head = checkpoint.Checkpoint(NAME, frontier.size, frontier.root(), self.later)
        assert trusted(self.kept, checkpoint.sign(head, KEY, NAME), LEAVES[:30]) == "shorter"

    def test_what_an_insider_with_the_signing_key_can_do(self):
        """The limit, said plainly: after the last witnessed checkpoint, everything.

        So the interval between two witnesses is the figure to publish, and keeping it short is
        the only defence. What lies before stays safe even from this insider.
        """
        rewritten = [*LEAVES[:40], *([self.other] * 20)]
        assert trusted(self.kept, signed(rewritten, self.later), rewritten) == ""
        shorter = LEAVES[:41]
        assert trusted(self.kept, signed(shorter, self.later), shorter) == ""
        before = [*LEAVES[:39], self.other, *LEAVES[40:]]
        assert trusted(self.kept, signed(before, self.later), before) == "history"

    def test_without_a_witness_nothing_is_seen(self):
        """Control: the same rewriting passes where nobody outside kept anything."""
        forged = [self.other, *LEAVES[1:]]
        assert trusted(signed([]), signed(forged, self.later), forged) == ""
