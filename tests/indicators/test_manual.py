"""The manual of packs shows a sound pack, and lists the packs that are there."""

import re
from pathlib import Path

from manumit.indicators import checking, pack

MANUAL = (Path(__file__).parents[2] / "docs" / "packs.md").read_text("utf-8")


def test_the_pack_in_the_manual_is_sound_and_its_examples_come_out():
    (source,) = re.findall(r"```toml\n(.*?)```", MANUAL, re.DOTALL)
    assert checking.problems(pack.parse(source, "docs/packs.md")) == ()


def test_the_manual_lists_every_pack_with_its_size_and_source_status():
    listed = re.findall(r"^\| `([a-z-]+)` \|.*\| (\d+) \| (\w+) \|$", MANUAL, re.MULTILINE)
    assert sorted(listed) == sorted(
        (one.id, str(len(one.indicators)), one.source_status.value)
        for one in pack.load_all().values()
    )
