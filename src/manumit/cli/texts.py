"""`manumit check texts`: which sentences of which language are translated, and who has read them."""

from typing import Any

import click

from manumit.cli import ground


@click.command("texts")
@click.option("--language", default="", help="One language, for example ar.")
@click.option("--list", "listed", type=click.Choice(["draft", "missing"]), help="Print them.")
@click.option("--json", "as_json", is_flag=True, help="Answer as JSON.")
def check_texts(language: str, listed: str | None, as_json: bool) -> None:
    """Count translated sentences per language: read by a speaker, draft, or missing.

    A missing sentence is shown in English. Exit code 1 when one is missing.

    \b
    Examples: manumit check texts
              manumit check texts --language ar --list draft
    """
    from manumit.web import environment, texts

    codes = [code for code, _ in environment.LANGUAGES if code != texts.ORIGINAL]
    if language and language not in codes:
        ground.fail(f"{language}: no such language. Cure: one of {', '.join(codes)}.")
    wanted = [language] if language else codes
    found = [texts.status(code) for code in wanted]
    answer: dict[str, Any] = {
        one.language: {"reviewed": one.reviewed, "draft": one.draft, "missing": one.missing}
        for one in found
    }
    lines = [
        f"{one.language}: {one.sentences} sentences, {one.reviewed} read by a speaker, "
        f"{one.draft} draft, {one.missing} missing"
        for one in found
    ]
    for code in wanted if listed else ():
        chosen = (
            texts.drafts(code) if listed == "draft" else [t for t in texts.texts(code) if t.missing]
        )
        answer[code]["texts"] = [[each.sentence, *each.said] for each in chosen]
        lines += [f"{code}\t{each.sentence}\t{' | '.join(each.said)}" for each in chosen]
    ground.tell(answer, as_json, "\n".join(lines))
    if any(one.missing for one in found):
        raise SystemExit(1)
