"""The real service files where they are present, and the small extract that always is."""

import json
from pathlib import Path

import pytest

from manumit.directory import services_advisor
from manumit.directory.entry import Reading

HERE = Path(__file__).resolve()
EXTRACT = HERE.parents[1] / "data" / "services"
WHOLE = HERE.parents[3] / "shared" / "data" / "services"


def extract() -> Reading:
    """Read the extract in both languages."""
    en, ar = (json.loads((EXTRACT / f"extract-{lang}.json").read_text()) for lang in ("en", "ar"))
    return services_advisor.read("extract-en.json", en, ar, arabic_file="extract-ar.json")


def whole() -> Reading:
    """Read the 562 services, or skip the test."""
    paths = [WHOLE / f"jordan-services-{lang}.json" for lang in ("en", "ar")]
    if not all(path.exists() for path in paths):
        pytest.skip("the service files of Jordan are not on this machine")
    en, ar = (json.loads(path.read_text()) for path in paths)
    return services_advisor.read(paths[0].name, en, ar, arabic_file=paths[1].name)
