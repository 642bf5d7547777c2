"""The one-file verifier: sees every change that the record's own code would see, and no ghosts."""

import ast
import functools
import importlib.util
import json
import re
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from manumit.core import checkpoint, merkle, sealing

FILE = Path(__file__).resolve().parents[2] / "verifier" / "verify_record.py"
ORIGIN = "record.example"
START = datetime(2026, 3, 1, 8, tzinfo=UTC)
KEY = bytes(range(32))
PUBLIC = sealing.public_of(KEY)

_spec = importlib.util.spec_from_file_location("verify_record", FILE)
assert _spec
assert _spec.loader
verify_record = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(verify_record)


def entry(seq, **more):
    at = (START + timedelta(seconds=seq)).isoformat(timespec="microseconds")
    return {
        "seq": seq,
        "at": at.replace("+00:00", "Z"),
        "act": "case.open",
        "by": "p\u00e9",
        **more,
    }


def lines(count, change=lambda seq: {}):
    return [checkpoint.entry_bytes(entry(seq, **change(seq))) for seq in range(count)]


def signed(bodies, size=None, key=KEY, origin=ORIGIN, at=START + timedelta(days=1)):
    size = len(bodies) if size is None else size
    root = merkle.root([merkle.leaf_hash(body) for body in bodies[:size]])
    return checkpoint.sign(checkpoint.Checkpoint(origin, size, root, at), key, origin)


@pytest.fixture
def run(tmp_path, capsys):
    def run(bodies, text, *, older=(), key=PUBLIC, raw=None):
        record = tmp_path / "record.jsonl"
        record.write_bytes(b"".join(body + b"\n" for body in bodies) if raw is None else raw)
        head = tmp_path / "head.txt"
        head.write_bytes(text if isinstance(text, bytes) else text.encode())
        arguments = [str(record), str(head)]
        if key is not None:
            arguments += ["--key", key.hex()]
        if older:
            arguments.append("--older")
        for number, one in enumerate(older):
            (tmp_path / f"older{number}.txt").write_text(one)
            arguments.append(str(tmp_path / f"older{number}.txt"))
        code = verify_record.main(arguments)
        return code, capsys.readouterr().out

    return run


@pytest.mark.parametrize("count", [0, 1, 2, 3, 7, 8, 60])
def test_an_honest_record_holds(run, count):
    bodies = lines(count)
    older = [signed(bodies, size, at=START + timedelta(hours=size)) for size in range(count)]
    code, said = run(bodies, signed(bodies, at=START + timedelta(days=9)), older=older[:20])
    assert code == 0, said
    assert f"HOLDS  {count} entries" in said
    assert "signature checked" in said


def test_without_a_key_it_says_what_was_not_checked(run):
    code, said = run(lines(5), signed(lines(5), key=sealing.new_signing_key()), key=None)
    assert code == 0
    assert "NOT CHECKED" in said


def test_every_flipped_bit_is_seen(tmp_path, monkeypatch):
    """Test 7 of the plan: 60 entries and their checkpoint, every single bit."""
    # What a line is by itself is worked out once; the tree is worked out anew for every bit.
    monkeypatch.setattr(verify_record, "check_entry", functools.cache(verify_record.check_entry))
    bodies = [
        checkpoint.entry_bytes({"seq": seq, "at": START.isoformat(), "by": "é"})
        for seq in range(60)
    ]
    head = tmp_path / "head.txt"
    head.write_text(signed(bodies))
    newest = verify_record.read_checkpoint(head, PUBLIC)
    record = [body + b"\n" for body in bodies]
    verify_record.check(record, [newest])  # control: unchanged, it holds

    def seen(lines):
        try:
            verify_record.check(lines, [newest])
        except verify_record.WrongError:
            return True
        return False

    undetected = [
        (number, bit)
        for number, line in enumerate(record)
        for bit in range(len(line) * 8)
        if not seen([*record[:number], *as_read(flipped(line, bit)), *record[number + 1 :]])
    ]
    assert undetected == []


def test_every_flipped_bit_of_a_checkpoint_is_seen(tmp_path):
    head = tmp_path / "head.txt"
    text = signed(lines(60)).encode()
    head.write_bytes(text)
    verify_record.read_checkpoint(head, PUBLIC)  # control
    for bit in range(len(text) * 8):
        head.write_bytes(flipped(text, bit))
        with pytest.raises(verify_record.WrongError):
            verify_record.read_checkpoint(head, PUBLIC)


def test_another_base64_of_the_same_signature_is_refused(run):
    """Its last letter carries bits that decoding ignores."""
    text = signed(lines(3))
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    accepted = [one for one in letters if run(lines(3), text[:-3] + one + text[-2:])[0] == 0]
    assert accepted == [text[-3]]


def flipped(data, bit):
    changed = bytearray(data)
    changed[bit // 8] ^= 1 << bit % 8
    return bytes(changed)


def as_read(data):
    """Cut as a file is: only a line feed ends a line."""
    return [part for part in re.split(rb"(?<=\n)", data) if part]


@pytest.mark.parametrize(
    ("damage", "named"),
    [
        (lambda b: b[:-1], "line 10: missing"),
        (lambda b: b[1:], "line 1:"),
        (lambda b: b[:4] + b[5:], "line 5:"),
        (lambda b: [*b, lines(11)[10]], "line 11: after the end"),
        (lambda b: [*b[:3], b[4], b[3], *b[5:]], "line 4:"),
        (lambda b: [*b[:3], b[3].replace(b"open", b"shut"), *b[4:]], "line 1 to 10: not what"),
        (lambda b: [*b[:3], b[3].replace(b":", b": ", 1), *b[4:]], "line 4:"),
        (lambda b: [*b[:3], b[3][:-1] + b',"act":"case.open"}', *b[4:]], "line 4:"),
        (lambda b: [*b[:3], b'{"seq":3}', *b[4:]], "line 4:"),
        (lambda b: [*b[:3], b"[" * 100_000, *b[4:]], "line 4:"),
        (lambda b: [*b[:3], b"\xff", *b[4:]], "line 4:"),
        (lambda b: [*b[:3], b"", *b[4:]], "line 4:"),
    ],
)
def test_damage_is_named_by_its_line(run, damage, named):
    bodies = lines(10)
    code, said = run(damage(bodies), signed(bodies))
    assert code == 1
    assert named in said


def test_the_last_line_must_be_whole(run):
    bodies = lines(3)
    code, said = run(bodies, signed(bodies), raw=b"\n".join(bodies))
    assert (code, "line 3:" in said) == (1, True)


@pytest.mark.parametrize("value", [1.5, 2**53, -(2**53)])
def test_numbers_that_have_two_byte_forms_are_refused(run, value):
    body = json.dumps(entry(0) | {"n": value}, sort_keys=True, separators=(",", ":")).encode()
    assert run([body], signed([body]))[0] == 1


def test_time_may_not_go_backwards_even_when_signed(run):
    late = (START + timedelta(hours=1)).isoformat()
    bodies = lines(6, lambda seq: {"at": late} if seq == 2 else {})
    code, said = run(bodies, signed(bodies))
    assert code == 1
    assert "line 4:" in said
    assert "backwards" in said


def test_entries_written_at_once_may_stand_in_either_order(run):
    bodies = lines(6, lambda seq: {"at": START.isoformat()} if seq == 5 else {})
    assert run(bodies, signed(bodies))[0] == 0


def test_another_signer_is_refused(run):
    bodies = lines(4)
    stranger = sealing.new_signing_key()
    assert run(bodies, signed(bodies, key=stranger))[0] == 1
    assert run(bodies, signed(bodies, key=stranger), key=sealing.public_of(stranger))[0] == 0


class TestAgainstAWitness:
    """A checkpoint kept outside convicts whoever rewrites what it covers."""

    bodies = lines(20)
    kept = signed(bodies, 12, at=START + timedelta(hours=1))

    def test_growth_is_honest(self, run):
        assert run(self.bodies, signed(self.bodies), older=[self.kept])[0] == 0

    def test_a_rewrite_before_it_is_seen_although_newly_signed(self, run):
        changed = lines(20, lambda seq: {"act": "case.shut"} if seq == 5 else {})
        assert run(changed, signed(changed))[0] == 0  # control: without a witness it passes
        code, said = run(changed, signed(changed), older=[self.kept])
        assert code == 1
        assert "line 1 to 12" in said

    def test_the_place_is_narrowed_by_more_witnesses(self, run):
        changed = lines(20, lambda seq: {"act": "case.shut"} if seq == 9 else {})
        first = signed(self.bodies, 8, at=START + timedelta(minutes=30))
        _, said = run(changed, signed(changed), older=[self.kept, first])
        assert "line 9 to 12" in said

    def test_cutting_the_end_off_is_seen(self, run):
        code, said = run(self.bodies[:10], signed(self.bodies[:10]), older=[self.kept])
        assert code == 1
        assert "does not come before" in said

    def test_a_clock_set_back_is_seen(self, run):
        back = signed(self.bodies, at=START + timedelta(minutes=5))
        assert run(self.bodies, back, older=[self.kept])[0] == 1

    def test_another_origin_is_seen(self, run):
        other = signed(self.bodies, 12, origin="other.example", at=START)
        assert run(self.bodies, signed(self.bodies), older=[other])[0] == 1

    def test_the_insider_with_the_key_can_rewrite_what_no_witness_covers(self, run):
        """Not a promise we make: only the time between two witnesses is open, and it is open."""
        changed = lines(20, lambda seq: {"act": "case.shut"} if seq == 15 else {})
        assert run(changed, signed(changed), older=[self.kept])[0] == 0


def test_it_stands_alone():
    text = FILE.read_text()
    used = {
        (node.module if isinstance(node, ast.ImportFrom) else alias.name).split(".")[0]
        for node in ast.walk(ast.parse(text))
        if isinstance(node, (ast.Import, ast.ImportFrom))
        for alias in node.names
    }
    assert used - set(sys.stdlib_module_names) == {"cryptography"}
    assert len(text.splitlines()) <= 150


def test_as_a_command(tmp_path):
    bodies = lines(3)
    (tmp_path / "r").write_bytes(b"".join(body + b"\n" for body in bodies))
    (tmp_path / "c").write_text(signed(bodies))

    def code(*arguments):
        command = [sys.executable, "-I", str(FILE), *map(str, arguments)]
        return subprocess.run(command, capture_output=True, check=False).returncode

    assert code(tmp_path / "r", tmp_path / "c", "--key", PUBLIC.hex()) == 0
    assert code(tmp_path / "r", tmp_path / "c", "--key", bytes(32).hex()) == 1
    assert code(tmp_path / "none", tmp_path / "c") == 2
    assert code(tmp_path / "r", tmp_path / "c", "--key", "ff") == 2
    assert code() == 2
