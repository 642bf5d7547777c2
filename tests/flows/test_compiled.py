"""Compiled code is kept between runs, and what another version left does no harm."""

import importlib
import sys
from pathlib import Path

import pytest

KERNEL = """
from typing import NamedTuple

from manumit.flows.compiled import compiled

class {name}(NamedTuple):
    many: int

@compiled
def twice(of):
    return of.many * {times}

def answer():
    return twice({name}(4))
"""


def run(folder: Path, **words: object) -> int:
    (folder / "a_kernel_example.py").write_text(KERNEL.format(**words))
    sys.modules.pop("a_kernel_example", None)
    importlib.invalidate_caches()
    return int(importlib.import_module("a_kernel_example").answer())


def test_a_cache_that_names_what_is_no_more_is_made_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    assert run(tmp_path, name="Old", times=2) == 8
    kept = list(tmp_path.rglob("*.nbi"))
    assert len(kept) == 1
    before = kept[0].read_bytes()
    assert run(tmp_path, name="New", times=3) == 12
    assert kept[0].read_bytes() != before
    sys.modules.pop("a_kernel_example")
