"""Packs as other packages use them: load one, load all, or parse a text.

The packs that come with Manumit lie in ``manumit/packs``; an organisation's own may lie anywhere.
"""

import functools
from collections.abc import Sequence
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path

from manumit.indicators import reading
from manumit.indicators.parts import Advice as Advice
from manumit.indicators.parts import Dimension as Dimension
from manumit.indicators.parts import Indicator as Indicator
from manumit.indicators.parts import Kind as Kind
from manumit.indicators.parts import Outcome as Outcome
from manumit.indicators.parts import Pack as Pack
from manumit.indicators.parts import SourceStatus as SourceStatus
from manumit.indicators.parts import Strength as Strength
from manumit.indicators.tables import BadPack as BadPack


def parse(text: str, name: str) -> Pack:
    """Read a pack from TOML text; `name` stands for the file in refusals. Raises BadPack."""
    return reading.read(text, name)


def load(path: str | Path | Traversable) -> Pack:
    """Read a pack from a file; raises BadPack, also when the file cannot be read."""
    file = Path(path) if isinstance(path, str) else path
    try:
        text = file.read_bytes().decode("utf-8")
    except OSError as error:
        problem = f"cannot be read: {error.strerror}."
        raise BadPack(str(file), "(file)", 0, problem, "Check the path.") from None
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise BadPack(str(file), "(file)", line, "is not UTF-8.", "Save it as UTF-8.") from None
    return parse(text, str(file))


def files(directory: str | Path | None = None) -> Sequence[Path | Traversable]:
    """List the pack files of a directory, or those that come with Manumit, by name."""
    if directory is None:
        shipped: Traversable = resources.files("manumit").joinpath("packs")
        found = [each for each in shipped.iterdir() if each.name.endswith(".toml")]
        return sorted(found, key=lambda each: each.name)
    return sorted(Path(directory).glob("*.toml"))


def load_all(directory: str | Path | None = None) -> dict[str, Pack]:
    """Read every pack of a directory (or those that come with Manumit), by id; raises BadPack.

    Those that come with Manumit are read once for the life of the process.
    """
    return dict(_shipped()) if directory is None else _all(files(directory))


@functools.cache
def _shipped() -> dict[str, Pack]:
    return _all(files())


def _all(found: Sequence[Path | Traversable]) -> dict[str, Pack]:
    packs: dict[str, Pack] = {}
    for file in found:
        one = load(file)
        if one.id in packs:
            problem = f'the id "{one.id}" is already used by another file.'
            raise BadPack(str(file), "id", 0, problem, "Give each pack its own id.")
        packs[one.id] = one
    return packs
