"""Sealing: nothing opens changed, moved, under another key, or as something else."""

import itertools
import struct
from dataclasses import replace
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given
from hypothesis import strategies as st

from manumit.core import sealing

KEY = bytes(range(32))
CHEAP = sealing.KdfCost(memory_kib=64, time=1, parallelism=1)
PLACE = sealing.Context(
    owner=UUID(int=1),
    field_class=sealing.FieldClass.IDENTITY,
    table="case",
    row=UUID(int=2),
    field="name",
    version=3,
)
# Every way in which a place can differ from another, each part with three values.
PARTS = {
    "owner": [UUID(int=n) for n in (1, 2, 3)],
    "field_class": ["identity", "contact", "link"],
    "table": ["case", "note", "casen"],
    "row": [UUID(int=n) for n in (2, 1, 3)],
    "field": ["name", "ame", "alias"],
    "version": [3, 4, 0],
}


def flips(data, bits=(0, 7)):
    """Yield data with one bit changed, two bits of every byte unless told otherwise."""
    for place, bit in itertools.product(range(len(data)), bits):
        changed = bytearray(data)
        changed[place] ^= 1 << bit
        yield bytes(changed)


def opens(function, *arguments):
    try:
        function(*arguments)
    except sealing.SealBroken:
        return False
    return True


class TestValues:
    @given(st.binary(max_size=200))
    def test_what_was_sealed_comes_back(self, plaintext):
        assert sealing.open_sealed(KEY, sealing.seal(KEY, plaintext, PLACE), PLACE) == plaintext

    def test_short_names_do_not_show_their_length(self):
        lengths = {len(sealing.seal(KEY, b"x" * n, PLACE)) for n in range(29)}
        assert lengths == {61}
        assert len(sealing.seal(KEY, b"x" * 29, PLACE)) == 61 + 32

    def test_a_place_has_the_bytes_it_always_had(self):
        """Another order of the same parts would make everything sealed so far unreadable."""
        parts = (b"manumit value", UUID(int=1).bytes, b"identity", b"case", UUID(int=2).bytes,
                 b"name", (3).to_bytes(8, "big"))  # fmt: skip
        assert PLACE.aad() == b"".join(len(one).to_bytes(4, "big") + one for one in parts)

    @given(st.binary(max_size=100), st.uuids())
    def test_a_sealer_of_many_rows_seals_as_seal_does(self, plaintext, row):
        place = replace(PLACE, row=row)
        sealer = sealing.Sealer(
            KEY, place.owner, place.field_class, place.table, place.field, place.version
        )
        other = UUID(int=row.int ^ 1)
        one, same, moved = sealer.seal_all([row, row, other], [plaintext] * 3)
        assert sealing.open_sealed(KEY, one, place) == plaintext
        assert sealing.open_sealed(KEY, same, place) == plaintext
        assert len({blob[1:13] for blob in (one, same, moved)}) == 3  # nonces
        assert not opens(sealing.open_sealed, KEY, moved, place)
        assert sealing.open_sealed(KEY, moved, replace(place, row=other)) == plaintext

    def test_the_plaintext_is_not_in_it(self):
        assert b"Amal Example" not in sealing.seal(KEY, b"Amal Example", PLACE)

    @given(st.integers(0, 2**63), st.integers(0, 2**63))
    def test_versions_have_places_of_their_own(self, one, other):
        same = replace(PLACE, version=one).aad() == replace(PLACE, version=other).aad()
        assert same == (one == other)

    @given(st.lists(st.text(max_size=4), min_size=3, max_size=3),
           st.lists(st.text(max_size=4), min_size=3, max_size=3))  # fmt: skip
    def test_no_two_places_share_their_bytes(self, one, other):
        """Without lengths ("ab", "c") and ("a", "bc") would be one place."""

        def aad(parts):
            return replace(PLACE, field_class=parts[0], table=parts[1], field=parts[2]).aad()

        assert (aad(one) == aad(other)) == (one == other)

    def test_every_byte_counts(self):
        """Test 7 of the plan, a sealed record: each bit of each byte."""
        blob = sealing.seal(KEY, b"Amal Example, Test Street 3", PLACE)
        assert opens(sealing.open_sealed, KEY, blob, PLACE)  # control
        tried = list(flips(blob, range(8)))
        assert len(tried) == 8 * len(blob)
        assert not any(opens(sealing.open_sealed, KEY, changed, PLACE) for changed in tried)

    def test_cut_or_lengthened_is_refused(self):
        blob = sealing.seal(KEY, b"Amal Example", PLACE)
        assert not any(opens(sealing.open_sealed, KEY, blob[:n], PLACE) for n in range(len(blob)))
        assert not opens(sealing.open_sealed, KEY, blob + b"\0", PLACE)

    def test_moved_anywhere_it_does_not_open(self):
        """Test 8 of the plan: each ciphertext at each place, the full matrix."""
        places = [
            sealing.Context(**dict(zip(PARTS, chosen, strict=True)))
            for chosen in itertools.product(*(values[:2] for values in PARTS.values()))
        ] + [replace(PLACE, **{part: values[2]}) for part, values in PARTS.items()]
        blobs = [sealing.seal(KEY, b"x", place) for place in places]
        opened = [
            (blobs.index(blob), places.index(place))
            for blob, place in itertools.product(blobs, places)
            if opens(sealing.open_sealed, KEY, blob, place)
        ]
        assert len(places) == 70
        assert opened == [(n, n) for n in range(len(places))]  # its own place is the control

    def test_an_older_version_put_back_does_not_open(self):
        before = sealing.seal(KEY, b"old", PLACE)
        assert not opens(sealing.open_sealed, KEY, before, replace(PLACE, version=4))

    def test_another_key_does_not_open_it(self):
        blob = sealing.seal(KEY, b"x", PLACE)
        assert not any(opens(sealing.open_sealed, key, blob, PLACE) for key in flips(KEY))
        assert not opens(sealing.open_sealed, b"", blob, PLACE)

    @pytest.mark.parametrize(
        "framed",
        [
            b"",
            b"\0\0",
            struct.pack(">I", 5) + b"Amal",
            struct.pack(">I", 4) + b"Amal" + bytes(23) + b"\1",
            struct.pack(">I", 4) + b"Amal" + bytes(24 + 32),
            struct.pack(">I", 2**32 - 1) + bytes(28),
        ],
    )
    def test_a_padding_of_another_form_is_refused(self, framed):
        """Even under the right key: one value has one sealed form."""
        nonce = bytes(12)
        blob = b"\1" + nonce + AESGCM(KEY).encrypt(nonce, framed, b"\1" + PLACE.aad())
        assert not opens(sealing.open_sealed, KEY, blob, PLACE)

    def test_the_hand_made_form_opens_when_right(self):
        """Control for the test above, and the format pinned for those who read it elsewhere."""
        framed, nonce = struct.pack(">I", 4) + b"Amal" + bytes(24), bytes(12)
        blob = b"\1" + nonce + AESGCM(KEY).encrypt(nonce, framed, b"\1" + PLACE.aad())
        assert sealing.open_sealed(KEY, blob, PLACE) == b"Amal"

    def test_the_first_formats_open_for_ever(self):
        """Bytes made once and kept: what is sealed today must open in ten years."""
        value = bytes.fromhex(
            "01000102030405060708090a0b4702d6178488a377ad04efeadc99140883d68734f07b5f7c"
            "3867e5851d6900b2d4482e14f856061b9fa4ac73c2fd2f89"
        )
        wrap = bytes.fromhex(
            "11000102030405060708090a0b4702d61bc5e5c21b8d41978bb1e9786d83d68734f07b5f7c"
            "3867e5851d6900b29f57d70b9d3ab9f8c41821702066a167"
        )
        assert sealing.open_sealed(KEY, value, PLACE) == b"Amal Example"
        assert sealing.unwrap_key(KEY, wrap, b"case 1") == bytes(32)
        assert sealing.blind(KEY, "phone", "9640000001").hex() == "7cfc556d6701c70537bfe4262cf0be9a"
        assert sealing.recovery_key("000G-40R4-0M30-E209-185G-R38E-1ZZE", bytes(16)).hex() == (
            "13a2adbeb60d6c6a9e415e87fb05ff6beb45d5c726b401d3c27bcac25021d7b0"
        )

    def test_nonces_do_not_repeat(self):
        """Test 34 of the plan, lightly; a counter that restarts would repeat at once."""
        count = 20_000
        nonces = {sealing.seal(KEY, b"", PLACE)[1:13] for _ in range(count)}
        nonces |= {sealing.wrap_key(KEY, KEY, b"")[1:13] for _ in range(count)}
        assert len(nonces) == 2 * count

    def test_a_key_of_the_wrong_size_is_refused(self):
        with pytest.raises(ValueError, match="32 bytes"):
            sealing.seal(b"short", b"x", PLACE)


class TestWraps:
    def test_every_byte_counts(self):
        blob = sealing.wrap_key(KEY, bytes(32), b"case 1")
        assert len(blob) == 61
        assert sealing.unwrap_key(KEY, blob, b"case 1") == bytes(32)
        changed = flips(blob, range(8))
        assert not any(opens(sealing.unwrap_key, KEY, one, b"case 1") for one in changed)

    def test_moved_between_owners_units_classes_and_versions_it_does_not_open(self):
        """Test 8 of the plan: each wrap under each unit's key for each purpose."""
        units = [bytes([n]) * 32 for n in range(3)]
        uses = [f"{o}|{c}|{v}".encode() for o in (1, 2) for c in ("link", "plan") for v in (1, 2)]
        places = list(itertools.product(units, uses))
        blobs = [sealing.wrap_key(unit, KEY, use) for unit, use in places]
        opened = [
            (number, place)
            for (number, blob), place in itertools.product(enumerate(blobs), places)
            if opens(sealing.unwrap_key, place[0], blob, place[1])
        ]
        assert opened == list(enumerate(places))

    def test_a_wrap_is_not_a_value_and_a_value_not_a_wrap(self):
        blob = sealing.wrap_key(KEY, KEY, PLACE.aad())
        assert not opens(sealing.open_sealed, KEY, blob, PLACE)
        assert not opens(sealing.open_sealed, KEY, b"\1" + blob[1:], PLACE)
        value = sealing.seal(KEY, KEY, PLACE)
        assert not opens(sealing.unwrap_key, KEY, value, PLACE.aad())
        assert not opens(sealing.unwrap_key, KEY, b"\x11" + value[1:], PLACE.aad())


class TestPublicKeys:
    pair = sealing.new_key_pair()

    def test_sizes(self):
        assert (len(self.pair.secret), len(self.pair.public)) == (96, 1216)

    def test_the_secret_is_not_printed(self):
        assert "secret" not in repr(self.pair)

    def test_only_the_holder_opens_for_the_named_use(self):
        blob = sealing.hpke_wrap(self.pair.public, KEY, b"unit|1|user")
        assert len(blob) == 32 + 1137
        assert sealing.hpke_unwrap(self.pair.secret, blob, b"unit|1|user") == KEY
        assert not opens(sealing.hpke_unwrap, self.pair.secret, blob, b"unit|2|user")
        assert not opens(sealing.hpke_unwrap, sealing.new_key_pair().secret, blob, b"unit|1|user")
        assert not opens(sealing.hpke_unwrap, self.pair.secret[:-1], blob, b"unit|1|user")

    def test_every_byte_counts(self):
        blob = sealing.hpke_wrap(self.pair.public, KEY, b"info")
        changed = flips(blob)
        assert not any(
            opens(sealing.hpke_unwrap, self.pair.secret, one, b"info") for one in changed
        )

    def test_cut_short_is_refused(self):
        blob = sealing.hpke_wrap(self.pair.public, KEY, b"info")
        for size in (0, 1, 2, 1000, 1121, len(blob) - 1):
            assert not opens(sealing.hpke_unwrap, self.pair.secret, blob[:size], b"info")

    @pytest.mark.parametrize("part", [slice(0, 64), slice(64, 96)])
    def test_both_halves_are_needed(self, part):
        """Whoever breaks one of the two algorithms still opens nothing."""
        blob = sealing.hpke_wrap(self.pair.public, KEY, b"info")
        half = bytearray(sealing.new_key_pair().secret)
        half[part] = self.pair.secret[part]
        assert not opens(sealing.hpke_unwrap, bytes(half), blob, b"info")

    def test_each_wrap_differs(self):
        blobs = {sealing.hpke_wrap(self.pair.public, KEY, b"") for _ in range(50)}
        assert len(blobs) == 50

    def test_a_damaged_public_key_is_refused(self):
        with pytest.raises(ValueError, match="public key"):
            sealing.hpke_wrap(self.pair.public[:-1], KEY, b"")


class TestPassphrases:
    def test_argon2id_as_published(self):
        """From the test file of the reference implementation (phc-winner-argon2, test.c)."""
        cost = sealing.KdfCost(memory_kib=256, time=2, parallelism=1)
        expected = "9dfeb910e80bad0311fee20f9c0e2b12c17987b4cac90c2ef54d5b3021c68bfe"
        assert sealing.derive("password", b"somesalt", cost).hex() == expected

    def test_two_keyboards_one_key(self):
        composed, apart = "caf\u00e9", "cafe\u0301"
        salt = bytes(16)
        assert sealing.derive(composed, salt, CHEAP) == sealing.derive(apart, salt, CHEAP)

    def test_everything_counts(self):
        other = sealing.KdfCost(memory_kib=64, time=2)
        keys = {
            sealing.derive("a", bytes(16), CHEAP),
            sealing.derive("A", bytes(16), CHEAP),
            sealing.derive("a", b"1" * 16, CHEAP),
            sealing.derive("a", bytes(16), other),
        }
        assert len(keys) == 4

    def test_the_usual_cost_is_what_the_threat_model_says(self):
        cost = sealing.KdfCost()
        assert (cost.memory_kib, cost.time, cost.parallelism) == (128 * 1024, 3, 1)


class TestRecoveryCodes:
    salt = bytes(16)

    def test_as_printed_or_as_typed(self):
        code = sealing.new_recovery_code()
        assert len(code.split("-")) == 7
        key = sealing.recovery_key(code, self.salt)
        typed = code.lower().replace("-", " ").replace("0", "o").replace("1", "l")
        assert sealing.recovery_key(f" {typed} ", self.salt) == key
        assert sealing.recovery_key(code, b"1" * 16) != key

    def test_codes_differ(self):
        assert len({sealing.new_recovery_code() for _ in range(1000)}) == 1000

    def test_every_single_mistake_is_refused(self):
        code = sealing.new_recovery_code().replace("-", "")
        alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
        wrong = [
            code[:n] + letter + code[n + 1 :]
            for n in range(len(code))
            for letter in alphabet
            if letter != code[n]
        ]
        swapped = [
            code[:n] + code[n + 1] + code[n] + code[n + 2 :]
            for n in range(len(code) - 1)
            if code[n] != code[n + 1]
        ]
        assert len(wrong) == 28 * 31
        for text in wrong + swapped:
            with pytest.raises(sealing.BadRecoveryCode):
                sealing.recovery_key(text, self.salt)

    @pytest.mark.parametrize("text", ["", "0" * 28, "0" * 27, "U" * 28, "é" * 28, "Z" * 29])
    def test_what_is_no_code_is_refused(self, text):
        with pytest.raises(sealing.BadRecoveryCode):
            sealing.recovery_key(text, self.salt)


class TestDerived:
    def test_subkeys_differ_by_key_and_label(self):
        keys = {sealing.subkey(k, label) for k in (KEY, bytes(32)) for label in (b"a", b"b", b"")}
        assert len(keys) == 6
        assert KEY not in keys

    def test_blind_is_the_same_only_for_the_same(self):
        blind = sealing.blind(KEY, "phone", "9640000001")
        assert len(blind) == 16
        assert blind == sealing.blind(KEY, "phone", "9640000001")
        others = {
            sealing.blind(bytes(32), "phone", "9640000001"),
            sealing.blind(KEY, "passport", "9640000001"),
            sealing.blind(KEY, "phone", "9640000002"),
            sealing.blind(KEY, "phone9", "640000001"),
        }
        assert len(others) == 4
        assert blind not in others

    def test_signing_keys(self):
        one, other = sealing.new_signing_key(), sealing.new_signing_key()
        assert len(one) == len(sealing.public_of(one)) == 32
        assert one != other
        assert sealing.public_of(one) != sealing.public_of(other)

    def test_rfc_8032_first_vector(self):
        secret = "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60"
        public = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"
        assert sealing.public_of(bytes.fromhex(secret)).hex() == public

    def test_keys_and_salts_are_random(self):
        assert len({sealing.new_key() for _ in range(1000)}) == 1000
        assert {len(sealing.new_key()), len(sealing.new_salt())} == {32, 16}


def test_every_class_named_in_the_plan_and_what_somebody_was_made_to_do():
    named = (
        "link identity contact testimony medical legal plan finance network screening referral"
        " compelled"
    )
    assert " ".join(sealing.FieldClass) == named
