"""In the demo: a dossier that waits for a second person, one that left, and a correction of it."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from manumit.core.actions import acting
    from manumit.network import models

MINUTE = timedelta(minutes=1)
TEXTS = {
    "evidence": "Two statements that were released to us, and a record of telephone calls.",
    "contested": "One of the two who spoke was not sure of the month.",
    "alternatives": "Another man of the same name trades at the same market. His age does not fit.",
}


def play(first: "acting.Actor", second: "acting.Actor", now: datetime) -> None:
    """Enter two people and a group, write two dossiers, hand one over, and correct a mistake."""
    from manumit.network import models
    from manumit.network.actions import corrections, entering, handing

    at = now - timedelta(days=3)
    if not models.Register.objects.filter(unit=first.unit).exists():
        entering.open_register(by=first, at=at)
    people = _people(first, at)
    waiting, gone = (_written(first, at, row) for row in people)
    handing.propose(by=second, at=at, dossier=waiting)
    handing.propose(by=first, at=at, dossier=gone)
    handing.approve(by=second, at=at, dossier=gone)
    handing.hand_over(
        by=first,
        at=at,
        dossier=gone,
        recipient="Example Prosecutor's Office",
        purpose="a decision on charges",
        basis="national_law",
    )
    last = gone.subject.claims.order_by("-at", "-id").first()
    corrections.begin(
        by=first,
        at=now - timedelta(hours=5),
        entity=gone.subject,
        wrong="claim",
        what="The function that we gave is another man's.",
        right="What this man does is not known.",
        claims=[last] if last else [],
    )


def _people(by: "acting.Actor", at: datetime) -> list["models.Entity"]:
    from manumit.network import claims
    from manumit.network.actions import claiming, entering

    give: dict[str, Any] = {
        "source": entering.add_source(
            by=by, at=at, kind="released", title="Statement 12", reliability="B", protected=True
        ),
        "handling": claims.Handling.GREEN,
        "credibility": "2",
    }
    said: tuple[tuple[str, dict[str, list[str]]], ...] = (
        ("Organization", {"name": ["Example Brigade"]}),
        ("Person", {"name": ["Idris Example"], "birthDate": ["1979-05"], "nationality": ["sy"]}),
        ("Person", {"name": ["Yusuf Testov"], "birthDate": ["1985"]}),
    )
    group, *people = [
        entering.add_entity(by=by, at=at, schema=schema, says=says, **give) for schema, says in said
    ]
    work = claiming.add_claim(
        by=by, at=at + MINUTE, entity=people[1], prop="position", values=["driver"], **give
    )
    claiming.accept(by=by, at=at + MINUTE, claim=work)
    links = [
        entering.relate(
            by=by, at=at, tail=one, head=group, schema="Membership", role=role, since=since, **give
        )
        for one, role, since in zip(
            people, ("commander", "member"), ("2014-06", "2015"), strict=True
        )
    ]
    for one in (group, *people, *links):
        for claim in one.claims.filter(state="proposed"):
            claiming.accept(by=by, at=at, claim=claim)
    return people


def _written(by: "acting.Actor", at: datetime, about: "models.Entity") -> "models.Dossier":
    from manumit.network.actions import dossiers

    row = dossiers.begin(by=by, at=at, subject=about, kind="prosecutor")
    row = dossiers.draft(by=by, at=at, dossier=row)
    for part, text in TEXTS.items():
        row = dossiers.save_text(by=by, at=at, dossier=row, part=part, text=text)
    return row
