"""`manumit flows evaluate`: how good the search for shapes is where the truth is known."""

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from manumit.cli import flows_ground, ground

if TYPE_CHECKING:
    import polars

    from manumit.flows import batch, trial


@click.command("evaluate")
@click.argument("files", nargs=-1, type=click.Path(dir_okay=False, path_type=Path))
@click.option("--as", "username", default="", help="The ledger of this account's unit.")
@click.option(
    "--picture",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the curves of precision and recall here (SVG).",
)
@click.option(
    "--learn", is_flag=True, help="Also learn an order from the earlier labels (LightGBM)."
)
@click.option("--json", "as_json", is_flag=True, help="Answer as JSON.")
def evaluate(
    files: tuple[Path, ...], username: str, picture: Path | None, learn: bool, as_json: bool
) -> None:
    """Say precision and recall of shapes, per pattern and at so many alerts a day.

    Compares with the labels of FILES (AMLSim and AMLworld layouts; AMLworld's payments and its file of
    patterns together), which are read in memory and kept nowhere. Without FILES: with the labels in the
    ledger, the bench or the one of --as. AMLworld HI-Small is recognised by its SHA-256, and its F1 stands
    beside the published ones. Exit code 1: nothing is labelled; 2: a file cannot be read.

    Example: manumit flows evaluate 20K_cycle200.tgz --picture curves.svg
    """
    if files and username:
        ground.fail("--as names a ledger, FILES are read without one. Cure: give one of the two.")
    if learn:
        _ready_to_learn()
    tables = _of_files(files) if files else _of_ledger(username)
    answer = _answer(tables, learn)
    small = next((p for p in files if _is_hi_small(p)), None)
    if small and "f1_late" in answer:
        answer["hi_small"] = _beside(answer["f1_late"]["f1"])
    if picture and answer["figures"]:
        _draw(picture, answer["figures"])
    ground.tell(answer, as_json, "\n".join(_words(answer)))
    if not answer["figures"]:
        raise SystemExit(1)


def _of_files(files: tuple[Path, ...]) -> "trial.Tables":
    from manumit.flows import trial

    return trial.tables(batch for path in files for batch in _read(path))


def _read(path: Path) -> "Iterator[batch.Batch]":
    from manumit.flows import batch
    from manumit.flows.readers import how, reading

    try:
        with path.open("rb") as stream:
            yield from reading.read(stream, path.name, how.Reading(now=ground.now()))
    except OSError as problem:
        ground.fail(f"{path}: {problem.strerror}. Cure: name a file that can be read.")
    except batch.Unreadable as problem:
        ground.fail(f"{path}: {problem}")


def _of_ledger(username: str) -> "trial.Tables":
    from manumit.flows import trial

    flows_ground.ready()
    _, ledger, _ = flows_ground.ledger(username)
    from manumit.flows.actions import store

    entries = store.entries(ledger).collect()
    return trial.Tables(entries, store.labels(ledger).collect(), _accounts(entries), 0)


def _accounts(entries: "polars.DataFrame") -> int:
    import polars

    return polars.concat([entries["source"], entries["target"]]).drop_nulls().n_unique()


def _ready_to_learn() -> None:
    from manumit.flows import learning

    if not learning.available():
        ground.fail("--learn needs LightGBM. Cure: pip install 'manumit[learning]'.")


def _answer(tables: "trial.Tables", learn: bool) -> dict[str, Any]:
    from manumit.flows import trial

    tried = trial.run(tables.entries, tables.labels, tables.accounts)
    figures = dict(tried.figures)
    answer: dict[str, Any] = {
        "rows": tables.entries.height,
        "refused": tables.refused,
        "accounts": tables.accounts,
        "shapes": tried.ranked.height,
        "cut": list(tried.cut),
    }
    if "f1_late" in figures:
        answer["f1_late"] = figures.pop("f1_late")
    if learn:
        answer["learned"] = trial.learned(tried.ranked, tables.labels)
    return answer | {"figures": figures}


def _is_hi_small(path: Path) -> bool:
    from manumit.flows import evaluation

    if path.suffix.lower() != ".csv":
        return False
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest() == evaluation.HI_SMALL


def _beside(ours: float) -> dict[str, Any]:
    from manumit.flows import evaluation

    return {
        "ours": round(100 * ours, 2),
        "published": [
            {"method": name, "f1": figure, "source": source}
            for name, figure, source in evaluation.PUBLISHED
        ],
        "note": "Ours is fitted to nothing but one cut-off; the others learned from 60 % of the data.",
    }


def _draw(path: Path, figures: dict[str, Any]) -> None:
    from manumit.flows import evaluation

    try:
        path.write_text(evaluation.svg(figures), encoding="utf-8")
    except OSError as problem:
        ground.fail(f"--picture {path}: {problem.strerror}. Cure: name a file that can be written.")


def _words(answer: dict[str, Any]) -> Iterator[str]:
    """Say the answer for a person."""
    yield (
        f"{answer['rows']:,} entries, {answer['accounts']:,} accounts, {answer['shapes']:,} shapes."
        + (f" {answer['refused']:,} rows could not be read." if answer["refused"] else "")
    )
    figures = answer["figures"]
    if not figures:
        yield "Nothing is labelled here, so nothing can be compared."
        return
    unit = figures["labels_of"]
    yield f"Labelled: {figures['labelled']:,} {unit}. A shape is right when half of its {unit} are."
    yield from _table(figures)
    for pattern, part in figures["patterns"].items():
        end = part["ends"]["order_and_amount"]
        yield (
            f"  {pattern} alone, 1 a day: precision {part['a_day'][0]['precision']:.2f}; best "
            f"{end['findings']:,}: {end['ranked']:.2f} (in order, amounts kept: {end['precision']:.2f})"
        )
    yield from _patterns(figures["alerts"], unit)
    if "f1_late" in answer:
        late = answer["f1_late"]
        yield (
            f"Last fifth of the time: precision {late['precision']:.2f}, recall {late['recall']:.2f}, "
            f"F1 {late['f1']:.2f} of transfers (cut-off chosen on the time before)."
        )
    if "learned" in answer:
        yield from _learned(answer["learned"])
    for row in answer.get("hi_small", {}).get("published", []):
        yield f"  HI-Small, published: {row['method']}: F1 {row['f1']:.1f} ({row['source']})"
    for line in answer["cut"]:
        yield f"Not followed: {line}"


def _learned(said: dict[str, Any]) -> Iterator[str]:
    if not said:
        yield "Learned: too few right findings in the earlier part to learn from."
        return
    yield f"Learned from {said['right']} right findings of the earlier part; on the later part:"
    for ours, theirs in zip(said["by_evidence"], said["by_learned"], strict=True):
        yield (
            f"  {ours['alerts_a_day']:>3} a day: precision by evidence {ours['precision']:.2f}, "
            f"learned {theirs['precision']:.2f}"
        )


def _table(figures: dict[str, Any]) -> Iterator[str]:
    yield "Looked at best first:"
    for row in figures["a_day"]:
        yield (
            f"  {row['alerts_a_day']:>3} a day ({row['alerts']:,} in all): "
            f"precision {row['precision']:.2f}, recall {row['recall']:.2f}"
        )
    for name, words in (
        ("order_and_amount", "in order, amounts kept"),
        ("order", "in order"),
        ("all", "whatever has a shape"),
    ):
        end = figures["ends"][name]
        yield (
            f"  {words}: {end['findings']:,} shapes, precision {end['precision']:.2f}; "
            f"the best so many of the ranking: {end['ranked']:.2f}"
        )


def _patterns(alerts: dict[str, Any], unit: str) -> Iterator[str]:
    named = alerts[unit]
    yield (
        f"Worth an alert: {alerts['findings']:,}, precision {alerts['precision']:.2f}; "
        f"of labelled {unit} {named['recall']:.2f} are in them."
    )
    for pattern, row in alerts["by_finding"].items():
        yield f"  found as {pattern}: {row['findings']:,}, precision {row['precision']:.2f}"
    for pattern, row in alerts["by_planted"].items():
        taken = ", ".join(f"{kind} {count}" for kind, count in row["found_as"].items())
        yield (
            f"  planted {pattern or 'without a pattern'}: {row['found']} of {row['instances']} found"
            + (f" (as {taken})" if taken else "")
        )
