"""Collect every sentence that pages show, and keep the catalogues of all languages complete.

    .venv/bin/python src/manumit/web/build/messages.py            put new sentences into the catalogues
    .venv/bin/python src/manumit/web/build/messages.py --missing  say what is not translated yet
    .venv/bin/python src/manumit/web/build/messages.py --reviewed ar NAME DAY FILE
                                                write down that NAME has read the English sentences in
                                                FILE (one a line) and their translations on DAY

Sentences stand in templates ({% translate %}), in code (gettext calls) and in data and rules that
know nothing of pages: labels of roles and links, reasons that a rule answers with. The last are found
as the fixed text that a function named `why_…` returns, that a Refused carries, what `reasons.say` is
given, the values of the tables named below, and the labels of needs and duties in their data. Catalogues are compiled by
`pybabel compile` (see the Makefile).
"""

import ast
import csv
import io
import json
import re
import sys
import tomllib
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

from babel.messages import Catalog, extract, plurals, pofile
from django.conf import settings
from django.utils.translation.template import templatize

from manumit.web import texts

# Babel 2.18 changes two forms of Arabic: 11 to 99 take the fifth form (Unicode CLDR, "many").
plurals.PLURALS["ar"] = (
    6,
    "(n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && n%100<=10 ? 3 : n%100>=11 ? 4 : 5)",
)

SOURCE = Path(__file__).parents[3]
PACKAGE = SOURCE / "manumit"
LOCALE = Path(__file__).parents[1] / "locale"
LANGUAGES = ("fr", "ar", "ckb")
KEYWORDS = {
    "_": None, "gettext": None, "gettext_lazy": None, "gettext_noop": None,
    "ngettext": (1, 2), "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2), "pgettext_lazy": ((1, "c"), 2), "npgettext": ((1, "c"), 2, 3),
}  # fmt: skip
TABLES = {
    "LABELS", "LINKS", "FIELDS", "STATUS_LABELS", "CLOSE_LABELS", "URGENCY_LABELS",
    "KIND_LABELS", "PART_LABELS", "CLOSED_LABELS", "CLASS_LABELS",
    "WHY_LABELS", "FOR_LABELS", "NO_LABELS", "REQUEST_LABELS",
    "DECIDER_LABELS", "CASE_LABELS", "DECLINE_LABELS", "OUTCOME_LABELS",
    "LEVEL_LABELS", "CHANGE_LABELS", "AREA_LABELS", "GOAL_LABELS", "DOER_LABELS", "SAFETY",
    "RHYTHM_LABELS", "SESSION_LABELS", "STATE_LABELS", "REASON_LABELS", "ROLE_LABELS",
    "RESULT_LABELS", "GIVES", "PAPERS", "KINDS", "COMMUNITIES", "FACTS", "STATUS", "MARKS",
    "CHOICE_LABELS", "CHOICE_HINTS", "DECISION_LABELS", "TOPICS", "REPLIES", "WHERE", "FORM_LABELS",
    "REASONS", "NOTES",
}  # fmt: skip
LABELLED = (
    "cases/data/needs.toml", "cases/data/deadlines.toml", "cases/data/caseload.toml",
    "cases/data/eligibility.toml",
)  # fmt: skip
# The model of entities: labels of schemata, properties, parts somebody had; topics by code.
MODELLED = ("network/data/ftm.json", "network/data/additions.toml", "network/data/roles.toml")
SAID = ("label", "title", "words", "ask_at", "mind")  # keys of such data that pages show
DATED = datetime(2026, 11, 22, tzinfo=UTC)
Found = tuple[str | tuple[str, str], str | None, str]


def sentences() -> Iterator[Found]:
    """Yield each sentence (with its plural), its context, and the file it stands in."""
    for path in sorted(SOURCE.rglob("*.py")):
        text = path.read_text()
        yield from _calls(text, path)
        if path.parent.name != "cli":
            yield from ((sentence, None, _name(path)) for sentence in _fixed(ast.parse(text)))
    for path in sorted(SOURCE.rglob("templates/**/*.html")):
        # Blocks may stand at any depth, which the reader of Python would refuse.
        lines = templatize(path.read_text()).splitlines()
        yield from _calls("\n".join(line.lstrip() for line in lines), path)
    for name in LABELLED:
        yield from ((label, None, f"manumit/{name}") for label in _labels(PACKAGE / name))
    for name in MODELLED:
        read = json.loads if name.endswith(".json") else tomllib.loads
        found = read((PACKAGE / name).read_text("utf-8"))
        yield from (
            (label, None, f"manumit/{name}")
            for label in dict.fromkeys((*_modelled(found), *found.get("topics", {}).values()))
        )


def _modelled(node: object) -> Iterator[str]:
    if isinstance(node, dict):
        if isinstance(node.get("label"), str):
            yield node["label"]
        for inner in node.values():
            yield from _modelled(inner)
    elif isinstance(node, list):
        for inner in node:
            yield from _modelled(inner)


def _calls(text: str, path: Path) -> Iterator[Found]:
    stream = io.BytesIO(text.encode())
    for _line, message, _comments, context in extract.extract("python", stream, KEYWORDS):
        yield (
            message if isinstance(message, str) else (message[0], message[1]),
            context,
            _name(path),
        )


def _labels(path: Path) -> Iterator[str]:
    for entries in tomllib.loads(path.read_text()).values():
        yield from _said_in(entries)


def _said_in(entries: object) -> Iterator[str]:
    for entry in entries if isinstance(entries, list) else ():
        if isinstance(entry, dict):
            yield from (entry[key] for key in SAID if isinstance(entry.get(key), str))
            for inner in entry.values():
                yield from _said_in(inner)


def _name(path: Path) -> str:
    return str(path.relative_to(SOURCE.parent))


def _fixed(tree: ast.Module) -> Iterator[str]:
    """Yield the fixed sentences of rules and tables, which are translated where they are shown."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef) and node.name.startswith(("why_", "_why_")):
            for inner in ast.walk(node):
                if isinstance(inner, ast.Return) and inner.value is not None:
                    yield from _texts(inner.value)
        elif isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "Refused":
            yield from (text for part in node.args for text in _texts(part))
        elif isinstance(node, ast.Call) and _called(node) in ("say", "low", "Fact"):
            yield from (text for part in node.args[:1] for text in _constant(part))
        elif isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            if any(getattr(target, "id", "").lstrip("_") in TABLES for target in targets):
                yield from _table(node.value)
            elif any(getattr(target, "id", "") == "why" for target in targets):
                yield from _texts(node.value)


def _called(node: ast.Call) -> str:
    return str(getattr(node.func, "attr", getattr(node.func, "id", "")))


def _texts(node: ast.expr) -> Iterator[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and " " in node.value:
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from _texts(node.body)
        yield from _texts(node.orelse)


def _table(node: ast.expr) -> Iterator[str]:
    if isinstance(node, ast.Dict):
        for value in node.values:
            if isinstance(value, ast.Tuple):  # of sentences; codes stand in tuples too
                yield from (t for part in value.elts for t in _constant(part) if t.endswith("."))
            yield from _constant(value)
    elif isinstance(node, ast.Tuple | ast.List):
        for entry in node.elts:
            # A label begins with a capital letter, a name in code does not.
            parts = list(getattr(entry, "args", ())) or list(getattr(entry, "elts", ()))
            yield from [text for part in parts for text in _constant(part) if text[0].isupper()][:1]


def _constant(node: ast.expr) -> Iterator[str]:
    given = node.value if isinstance(node, ast.Constant) else None
    # a code in small letters is not what pages show
    if isinstance(given, str) and given and not re.fullmatch("[a-z]+(_[a-z]+)+", given):
        yield given


def catalogue(language: str) -> Catalog:
    """Return a language's catalogue with today's sentences; translations that exist are kept."""
    path = LOCALE / language / "LC_MESSAGES" / "django.po"
    known = pofile.read_po(path.open("rb"), locale=language) if path.exists() else Catalog(language)
    # Fixed fields: the file changes when sentences do, and for no other reason.
    fresh = Catalog(
        locale=language,
        project="Manumit",
        version="0.1",
        header_comment=f"# Sentences of the pages in {language}. Draft until a speaker has read them.",
        creation_date=DATED,
        revision_date=DATED,
        last_translator="none yet",
        language_team="none yet",
        msgid_bugs_address="none yet",
        fuzzy=False,
    )
    for sentence, context, place in sentences():
        old = known.get(sentence, context=context)
        fresh.add(
            sentence,
            old.string if old and old.string else None,
            locations=[(place, 0)],
            context=context,
            flags=old.flags - {"fuzzy"} if old else (),
        )
    return fresh


def untranslated(language: str) -> list[str]:
    """Return the sentences that a language does not have yet."""
    found = []
    for message in catalogue(language):
        strings = message.string if isinstance(message.string, tuple) else (message.string,)
        if message.id and not all(strings):
            found.append(message.id if isinstance(message.id, str) else message.id[0])
    return found


def mark_reviewed(
    language: str, by: str, on: str, sentences_read: set[str], folder: Path = LOCALE
) -> int:
    """Put what somebody has read into reviewed.csv; returns how many translations that were."""
    date.fromisoformat(on)
    known = texts.reviewed(language, folder)
    fresh = [t for t in texts.drafts(language, folder) if t.sentence in sentences_read]
    known |= {text.digest: (by, on) for text in fresh}
    with (folder / language / "reviewed.csv").open("w", newline="", encoding="utf-8") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(("digest", "by", "on"))
        writer.writerows((digest, *who) for digest, who in sorted(known.items()))
    return len(fresh)


def main() -> None:
    """Update the catalogues, say what is missing, or write down what somebody has read."""
    if "--reviewed" in sys.argv:
        language, by, on, file = sys.argv[sys.argv.index("--reviewed") + 1 :]
        lines = set(Path(file).read_text("utf-8").splitlines())
        print(f"{mark_reviewed(language, by, on, lines)} translations read by {by}")
        return
    if not settings.configured:
        settings.configure(USE_I18N=True)
    for language in LANGUAGES:
        if "--missing" in sys.argv:
            missing = untranslated(language)
            print(f"{language}: {len(missing)} to translate")
            continue
        path = LOCALE / language / "LC_MESSAGES" / "django.po"
        path.parent.mkdir(parents=True, exist_ok=True)
        whole = catalogue(language)  # read before the file is opened for writing, which empties it
        with path.open("wb") as out:
            pofile.write_po(out, whole, width=100, sort_output=True, no_location=False,
                            include_lineno=False, omit_header=False)  # fmt: skip


if __name__ == "__main__":
    main()
