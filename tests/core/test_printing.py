"""Papers: every script and direction, no markup from text, nothing on disk."""

import io
import os
import subprocess

import pypdf
import pytest

from manumit.core import printing


def read(pdf: bytes) -> str:
    """What an independent reader finds on all pages."""
    return "\n".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages)


def paper(*words: str, language: str = "en", size: str = "a4") -> bytes:
    side = printing.Side(language, "A title", [printing.text(word) for word in words])
    return printing.pdf([side], size=size)


def test_words_and_rows_are_found_by_another_reader():
    side = printing.Side(
        "en",
        "A title",
        [
            printing.heading("Second"),
            printing.rows([("Born in", "Exampleland")]),
            printing.items(["first", "second"]),
            printing.lines(["Signature"]),
            printing.small("Source"),
        ],
    )
    found = read(printing.pdf([side], footer="page"))
    for word in ("A title", "Second", "Born in", "Exampleland", "first", "Signature", "Source"):
        assert word in found


@pytest.mark.parametrize(
    "hostile",
    ["#panic()", "*bold*", "$x$", '#image("/etc/passwd")', "\\ \" ' <a> // no comment", "= no"],
)
def test_text_is_never_markup(hostile):
    assert hostile.replace(" ", "") in read(paper(hostile)).replace(" ", "").replace("\n", "")


@pytest.mark.parametrize(
    ("language", "word"), [("fr", "été"), ("ar", "مساعدة"), ("ckb", "یارمەتی"), ("en", "Дом")]
)
def test_every_letter_has_its_picture(language, word):
    made = pypdf.PdfReader(io.BytesIO(paper(word, language=language)))
    assert made.metadata is not None
    found = made.pages[0].extract_text()
    assert "\ufffd" not in found
    assert set(word) <= set(found)


def test_two_languages_begin_on_pages_of_their_own():
    sides = [printing.Side(code, "Title", [printing.text("x")]) for code in ("en", "ar")]
    assert len(pypdf.PdfReader(io.BytesIO(printing.pdf(sides))).pages) == 2


def test_a_card_is_small():
    box = pypdf.PdfReader(io.BytesIO(paper("x", size="a6"))).pages[0].mediabox
    assert round(float(box.width) / 72 * 25.4) == 105


@pytest.mark.parametrize(("sides", "size"), [([], "a4"), ([printing.Side("en", "t", [])], "a0")])
def test_a_paper_of_nothing_is_refused(sides, size):
    with pytest.raises(ValueError, match="at least one side"):
        printing.pdf(sides, size=size)


def test_it_is_made_in_memory(tmp_path):
    """No temporary file, no cache in the home: a fresh process in an empty world leaves nothing."""
    code = (
        "from manumit.core import printing as p;p.pdf([p.Side('en', 'CANARY', [p.text('CANARY')])])"
    )
    import sys

    env = {
        **os.environ,
        "HOME": str(tmp_path),
        "TMPDIR": str(tmp_path),
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    env["XDG_CACHE_HOME"] = str(tmp_path / "cache")
    subprocess.run([sys.executable, "-c", code], env=env, cwd=tmp_path, check=True)
    assert list(tmp_path.rglob("*")) == []
