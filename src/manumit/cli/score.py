"""`manumit score`: what do answers to a pack add up to, and why? One person, or a whole file."""

import json
from pathlib import Path
from typing import Any

import click

from manumit.cli import bulk, ground
from manumit.indicators import answers, engine, pack, parts, questions


@click.command()
@click.argument("pack_name", metavar="PACK")
@click.argument("file", metavar="ANSWERS", type=click.Path(path_type=Path))
@click.option("--out", type=click.Path(path_type=Path), help="Where a bulk result goes.")
@click.option("--keep", multiple=True, help="Bulk: a column to carry over; may be repeated.")
@click.option("--replace", is_flag=True, help="Bulk: replace the result file if it exists.")
@click.option("--lang", type=click.Choice(parts.LANGUAGES), default="en", help="Language of texts.")
@click.option("--json", "as_json", is_flag=True, help="Answer as JSON.")
def score(
    pack_name: str,
    file: Path,
    out: Path | None,
    keep: tuple[str, ...],
    replace: bool,
    lang: str,
    as_json: bool,
) -> None:
    """Weigh ANSWERS by PACK (a pack's name, or the path of a pack file).

    ANSWERS.json is one person: {"context": {"age": 17}, "answers": {"dr_job": "yes"}}; the words
    are yes, no, unknown, declined, observed. ANSWERS.parquet or .csv has one row per person, one
    column per indicator, and may have age, minor, tags and id.

    \b
    Examples: manumit score delphi-labour-adult answers.json
              manumit score delphi-labour-adult answers.parquet --out found.parquet
    """
    one = _pack(pack_name)
    if file.suffix.lower() == ".json":
        if out or keep or replace:
            ground.fail(
                f"{file}: --out, --keep and --replace go with .parquet or .csv. Cure: drop them."
            )
        answer = _one_person(one, file, lang)
        ground.tell(answer, as_json, _words(one, answer, lang))
        return
    try:
        result = bulk.score(one, file, out, keep, replace=replace, progress=not as_json)
    except bulk.BadFile as bad:
        ground.fail(str(bad))
    lines = [f"{result['rows']:,} rows weighed by {one.id} {one.version} into {out}"]
    lines += [f"{count:>12,}  {code}" for code, count in result["outcomes"].items()]
    ground.tell(result, as_json, "\n".join(lines))


def _pack(name: str) -> pack.Pack:
    try:
        if name.endswith(".toml"):
            return pack.load(name)
        packs = pack.load_all()
    except pack.BadPack as bad:
        ground.fail("\n".join(str(each) for each in (bad, *bad.others)))
    if name not in packs:
        ground.fail(f'PACK: no pack is called "{name}". Cure: use one of {", ".join(packs)}.')
    return packs[name]


def _one_person(one: pack.Pack, file: Path, lang: str) -> dict[str, Any]:
    """Weigh one person's answers; everything `Finding.as_dict` gives, and the next question."""
    source, raw_answers, raw_context = _read(file)
    try:
        given = answers.read(raw_answers, tuple(one.by_id))
        context = answers.read_context(raw_context)
    except answers.BadAnswers as bad:
        line = _line(source, bad.key.rpartition(".")[2])
        ground.fail(f"{file}:{line}: {bad}")
    question = questions.next_question(one, given, context)
    return engine.find(one, given, context).as_dict(lang) | {
        "next_question": question,
        "next_question_text": one.by_id[question].question(lang) if question else None,
        "next_dimension": questions.next_dimension(one, given, context),
    }


def _read(file: Path) -> tuple[str, dict[str, Any], dict[str, Any]]:
    """Read answers and context from a JSON file; a flat mapping is answers alone."""
    try:
        source = file.read_bytes().decode("utf-8-sig")
        content = json.loads(source, object_pairs_hook=_once)
    except OSError as error:
        ground.fail(f"{file}: {error.strerror}. Cure: check the path.")
    except UnicodeDecodeError:
        ground.fail(f"{file}: not UTF-8. Cure: save it as UTF-8.")
    except json.JSONDecodeError as error:
        ground.fail(f"{file}:{error.lineno}: not JSON: {error.msg}. Cure: correct the line.")
    except RecursionError:
        ground.fail(f"{file}: nested too deeply. Cure: give answers by indicator id.")
    except _TwiceError as twice:
        key = twice.args[0]
        ground.fail(f'{file}:{_line(source, key)}: "{key}" is there twice. Cure: keep one.')
    if not isinstance(content, dict):
        ground.fail(f'{file}:1: not an object. Cure: write {{"answers": {{…}}}}.')
    context = content.pop("context", None) or {}
    given = content
    if "answers" in content:
        given = content.pop("answers")
        for key in content:
            ground.fail(
                f"{file}:{_line(source, key)}: {key}: not known. Cure: use context, answers."
            )
    for name, part in (("context", context), ("answers", given)):
        if not isinstance(part, dict):
            ground.fail(f"{file}:{_line(source, name)}: {name}: not an object. Cure: use {{…}}.")
    return source, given, context


class _TwiceError(Exception):
    """A key that a JSON object has twice."""


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for key, value in pairs:
        if key in made:
            raise _TwiceError(key)
        made[key] = value
    return made


def _line(source: str, key: str) -> int:
    """Find the last line that names a key; 1 when none does."""
    at = source.rfind(json.dumps(key, ensure_ascii=False))
    return source.count("\n", 0, at) + 1 if at >= 0 else 1


def _words(one: pack.Pack, answer: dict[str, Any], lang: str) -> str:
    """Say a finding in words for a terminal."""
    lines = [
        answer["title"],
        f"  {one.title(lang)}, {one.version}, source {answer['source_status']}",
    ]
    if answer["better_pack"]:
        lines.append(f"  {answer['better_pack']}")
    lines += ["", "Why:" if answer["reasons"] else "No sign so far."]
    for each in answer["dimensions"]:
        met = each["rule"] or "not enough"
        reasons = [r for r in answer["reasons"] if r["dimension"] == each["id"]]
        lines += [f"  {each['title']}: {met}"] if reasons else []
        lines += [f"    - {_reason(reason)}" for reason in reasons]
    for key, title in (
        ("unknown", "Not known"),
        ("declined", "Declined"),
        ("set_aside", "Set aside"),
    ):
        if answer[key]:
            lines.append(f"{title}: {', '.join(answer[key])}")
    lines += [""] + [f"* {_advice(each)}" for each in answer["advice"]]
    for change in answer["would_change"]:
        cause = "under 18" if change["if_minor"] else ", ".join(change["answers"])
        lines.append(f"Would become {change['outcome']} with: {cause}")
    if answer["next_question"]:
        lines.append(f"Ask next: {answer['next_question_text']} ({answer['next_question']})")
    else:
        lines.append("No further question can change this.")
    return "\n".join(lines)


def _reason(reason: dict[str, Any]) -> str:
    seen = ", seen by the officer" if reason["observed"] else ""
    return f"{reason['text']} ({reason['strength']}{seen}; source {reason['source_status']})"


def _advice(advice: dict[str, Any]) -> str:
    return f"{advice['text']} [within {advice['within']}]" if advice["within"] else advice["text"]
