"""The web server starts without the libraries that only long work needs; they would cost it 150 MB."""

import os
import subprocess
import sys

HEAVY = (
    "duckdb", "llvmlite", "lxml", "numba", "openpyxl", "polars", "pyarrow", "pyspark",
    "scipy", "typst",
)  # fmt: skip
SAY = f"""
import sys
import django
django.setup()
from django.urls import get_resolver
get_resolver().url_patterns
print(*[name for name in {HEAVY!r} if name in sys.modules])
"""


def test_pages_import_nothing_heavy_at_start() -> None:
    settings = {"DJANGO_SETTINGS_MODULE": "settings_for_tests", "PYTHONPATH": "tests"}
    said = subprocess.run(
        [sys.executable, "-c", SAY],
        env={**os.environ, **settings},
        capture_output=True,
        text=True,
        check=True,
    )
    assert said.stdout.split() == []
