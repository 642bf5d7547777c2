"""What no file of the repository may say: a registry's host, a workplace's path, a secret."""

import re
import subprocess

import pytest

from meta import source

# Put together from pieces, so that this file does not offend against itself.
FORBIDDEN = {
    "a package registry's host": re.compile(
        r"files\.python" + r"hosted|\bpypi\." + r"org|registry\.npm" + r"js|npm" + r"js\.com"
        r"|yarn"
        + r"pkg\.com|deb\.debian"
        + r"\.org|--(?:extra-)?index"
        + r"-url[= ]|\"resol"
        + r"ved\":\s*\"h",
    ),
    "a path of somebody's workplace": re.compile(
        r"(?<![\w.])/wo" + r"rk/|/ro" + r"ot/|/ho" + r"me/\w+/"
    ),
    "a private key": re.compile(r"-----BEGIN [A-Z ]*PRIVATE" + r" KEY-----|AGE-SECRET" + r"-KEY-1"),
    "who or what wrote it": re.compile(
        r"\b(?:Chat" + r"GPT|Cla" + r"ude|Cop" + r"ilot|LL" + r"M|language mod" + r"el)\b"
    ),
}


def offences(text: str) -> list[str]:
    """Name what a text says and should not."""
    return [f"{what}: {m.group()}" for what, rule in FORBIDDEN.items() for m in rule.finditer(text)]


def _tracked() -> list[str]:
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached"],
        cwd=source.ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if listed.returncode:
        pytest.skip("not a git checkout")
    return [name for name in listed.stdout.split("\0") if name]


def test_no_file_says_what_it_should_not() -> None:
    names = _tracked()
    assert len(names) > 100
    found = []
    for name in names:
        path = source.ROOT / name
        if path.suffix in {".png", ".woff2", ".parquet", ".xlsx", ".mo"} or not path.is_file():
            continue
        text = path.read_text(encoding="utf-8", errors="replace")
        found += [f"{name}: {offence}" for offence in offences(text)]
    assert found == []


def test_nothing_that_is_built_or_secret_is_committed() -> None:
    built = re.compile(
        r"^(?:\.venv|node_modules|\.make|src/manumit/web/static/build)/|\.mo$|\.db$|\.env$"
    )
    assert [name for name in _tracked() if built.search(name)] == []


def test_requirements_are_pinned_by_hash_and_name_no_host() -> None:
    for path in (source.ROOT / "requirements").glob("*.txt"):
        text = path.read_text()
        pins = re.findall(r"^[a-z0-9][^\s\\]*==", text, re.MULTILINE)
        named = re.findall(r"^[a-z0-9]", text, re.MULTILINE)
        assert pins, path
        assert len(pins) == len(named), path
        assert text.count("--hash=sha256:") >= len(pins), path
        assert "://" not in text, path


@pytest.mark.parametrize(
    "offence",
    [
        "https://pypi." + "org/simple",
        "pip install --index" + "-url x",
        "see /wo" + "rk/main",
        "-----BEGIN PRIVATE" + " KEY-----",
        '"resol' + 'ved": "https:x"',
    ],
)
def test_the_rule_bites(offence: str) -> None:
    assert offences(offence)
