"""Judgements out and in, by the identifiers that records had where they came from."""

import hashlib
import itertools
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from uuid import UUID

from manumit.core.actions import acting, guard
from manumit.core.reasons import say
from manumit.network import clustering, decisionfile, models
from manumit.network.actions import exporting, judging, registers, sent
from manumit.network.models import Entity, Judgement, around

PURPOSE = "judgements by external identifier"
_BATCH = 500


@guard.opening("network.export")
def written(
    *, by: acting.Actor, at: datetime, recipient: str = "", purpose: str = "", basis: str = ""
) -> tuple[bytes, int]:
    """Return what stands as JSON lines, and how many; it is noted as sent first.

    A unit's register says to whom and why; on the bench it may go unsaid.
    """
    register = registers.mine(by)
    rows = list(
        Judgement.objects.standing()
        .filter(register=register)
        .select_related("left", "right", "by", "second_by")
        .order_by("at", "id")
    )
    # A record that somebody keeps to themselves goes nowhere, nor what was decided of it.
    kept = around.unseen({end for row in rows for end in (row.left_id, row.right_id)}, None)
    rows = [row for row in rows if not kept & {row.left_id, row.right_id}]
    entities = list({one.pk: one for row in rows for one in (row.left, row.right)}.values())
    names = _names(by, at, entities)
    if exporting.several_files(register):  # one identifier may mean two records: then ours
        clear = _by_name(by, at, register)
        names |= {pk: str(pk) for pk, name in names.items() if name not in clear}
    said = judging.reasons(by=by, at=at, purpose=PURPOSE, judgements=rows)
    lines = [decisionfile.line(_decision(row, names, said[row.pk]["reason"])) for row in rows]
    data = "".join(lines).encode()
    bench = register.unit_id is None
    sent.note_sent(
        by=by,
        at=at,
        register=register,
        what=models.What.JUDGEMENTS.value,
        recipient=recipient or ("the bench" if bench else ""),
        purpose=purpose or ("work on the machine" if bench else ""),
        basis=basis or (sent.OWN if bench else ""),
        claims=(),
        entities=[one.pk for one in entities],
        digest=hashlib.sha256(data).hexdigest(),
        size=len(data),
    )
    return data, len(rows)


def _decision(row: Judgement, names: dict[UUID, str], reason: str) -> decisionfile.Decision:
    return decisionfile.Decision(
        left=names[row.left_id],
        right=names[row.right_id],
        verdict=clustering.Verdict(row.verdict),
        reason=reason,
        at=row.at.isoformat(),
        by=row.by.username if row.by else "",
        second_at=row.second_at.isoformat() if row.second_at else "",
        second_by=row.second_by.username if row.second_by else "",
    )


def take(
    *, by: acting.Actor, clock: Callable[[], datetime], rows: Sequence[decisionfile.Decision]
) -> dict[str, int]:
    """Take decisions in; what stands here is left, and said. Returns how many of each there were."""
    register = registers.mine(by)
    everybody = _by_name(by, clock(), register)
    counts = dict.fromkeys(("taken", "known", "different", "unknown", "refused"), 0)
    for one in rows:
        left, right = everybody.get(one.left), everybody.get(one.right)
        if left is None or right is None:
            counts["unknown"] += 1
            continue
        before = judging.about(left, right)
        if before is not None:
            counts["known" if before.verdict == one.verdict.value else "different"] += 1
            continue
        try:
            judging.judge(
                by=by, at=clock(), left=left, right=right, verdict=one.verdict, reason=_why(one)
            )
        except acting.Refused:
            counts["refused"] += 1
        else:
            counts["taken"] += 1
    return counts


def _why(one: decisionfile.Decision) -> str:
    who = " + ".join(filter(None, (one.by, one.second_by)))
    elsewhere = say("Decided elsewhere.")
    return " ".join(filter(None, (elsewhere, who, one.at[:10], one.reason)))


def _by_name(by: acting.Actor, at: datetime, register: models.Register) -> dict[str, Entity]:
    """Return records by identifier, the file's and ours; one that means two records means none."""
    found: dict[str, Entity] = {}
    twice: set[str] = set()
    rows = Entity.objects.filter(register=register, gone_at=None, tail=None).order_by("pk")
    every = rows.iterator(chunk_size=_BATCH)
    while batch := list(itertools.islice(every, _BATCH)):
        names = _names(by, at, batch)
        for entity in batch:
            twice |= {names[entity.pk]} & found.keys()
            found |= {names[entity.pk]: entity, str(entity.pk): entity}
    return {name: entity for name, entity in found.items() if name not in twice}


def _names(by: acting.Actor, at: datetime, entities: Iterable[Entity]) -> dict[UUID, str]:
    """Return the identifier of each entity where it came from; its own where it was entered here."""
    rows = list(entities)
    opened = registers.opened(by, at, rows, PURPOSE)
    return {
        row.pk: str((words.get("card") or {}).get("id") or row.pk)
        for row, words in zip(rows, opened, strict=True)
    }
