"""Which packs of red flags look at a ledger: tried against history first, then published by the head."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from manumit.core.actions import acting, guard
from manumit.core.reasons import say
from manumit.flows import measures, models
from manumit.indicators import checking, pack, parts


def shipped() -> dict[str, parts.Pack]:
    """Return the financial packs that come with the product."""
    every = pack.load_all().values()
    return {each.id: each for each in every if each.kind is parts.Kind.FINANCE}


def shipped_text(pack_id: str) -> str:
    """Return the text of a pack that comes with the product; KeyError when there is none."""
    for file in pack.files():
        if file.name == f"{pack_id}.toml":
            return file.read_bytes().decode("utf-8")
    raise KeyError(pack_id)


def read(text: str, name: str = "pack.toml") -> parts.Pack:
    """Read a financial pack; raises Refused with every fault, line and cure."""
    try:
        one = pack.parse(text, name)
    except pack.BadPack as bad:
        raise acting.Refused("\n".join(map(str, (bad, *bad.others)))) from bad
    if one.kind is not parts.Kind.FINANCE:
        raise acting.Refused(say('This pack is not about money: its kind is not "finance".'))
    unfit = [str(each) for each in measures.problems(one, name)] or list(checking.problems(one))
    guard.refuse_if("\n".join(unfit))
    return one


def live(ledger: models.Ledger) -> dict[str, parts.Pack]:
    """Return the packs that look at a ledger: the published version of each.

    The bench, and a ledger that was never scanned, use what came with the product.
    """
    rows = list(models.Typology.objects.filter(ledger=ledger))
    ruled = {row.pack for row in rows}
    packs = {name: one for name, one in shipped().items() if name not in ruled}
    packs |= {row.pack: pack.parse(row.text, f"{row.pack}.toml") for row in rows if row.live}
    return packs


def take_in(ledger: models.Ledger, at: datetime) -> None:
    """Write down what came with the product as what looks at a unit's ledger from its first scan.

    From then on a newer version that comes with the product waits to be tried and published.
    """
    if ledger.unit_id is None:
        return
    there = set(models.Typology.objects.filter(ledger=ledger).values_list("pack", flat=True))
    models.Typology.objects.bulk_create(
        models.Typology(
            ledger=ledger,
            pack=one.id,
            version=one.version,
            digest=one.digest,
            text=shipped_text(one.id),
            live=True,
            at=at,
        )
        for one in shipped().values()
        if one.id not in there
    )


def newer(ledger: models.Ledger) -> list[parts.Pack]:
    """Return versions that came with the product and are not known to a ledger yet."""
    rows = models.Typology.objects.filter(ledger=ledger).values_list("pack", "digest")
    known = {digest for _, digest in rows}
    if not known:
        return []
    return [one for one in shipped().values() if one.digest not in known]


@acting.action("typology.try")
def propose(*, by: acting.Actor, at: datetime, ledger: models.Ledger, text: str) -> models.Typology:
    """Keep a version of a pack, so that it can be tried; the same text again is the same version."""
    guard.see(by, "typology.try", ledger)
    one = read(text)
    made, _ = models.Typology.objects.get_or_create(
        ledger=ledger,
        digest=one.digest,
        defaults={
            "pack": one.id,
            "version": one.version,
            "text": text,
            "by": by.user,
            "at": at,
        },
    )
    return made


@acting.action("typology.try")
def keep_figures(
    *, by: acting.Actor, at: datetime, typology: models.Typology, figures: Mapping[str, Any]
) -> models.Typology:
    """Keep what a trial found, beside the version that was tried."""
    row = guard.hold(by, "typology.try", typology)
    row.figures, row.tried_at = dict(figures), at
    row.save(update_fields=["figures", "tried_at"])
    return row


def why_not_publish(typology: models.Typology) -> str:
    """Return why a version cannot go live; "" when it can."""
    if typology.live:
        return say("This version looks at the ledger already.")
    if typology.tried_at is None:
        return say("Try it against your history first: see how many alerts a day it would bring.")
    return ""


@acting.action("typology.publish")
def publish(*, by: acting.Actor, at: datetime, typology: models.Typology) -> models.Typology:
    """Let a version look at the ledger from the next scan on, in place of the one before."""
    row = guard.hold(by, "typology.publish", typology)
    guard.refuse_if(why_not_publish(row))
    models.Typology.objects.filter(ledger=row.ledger, pack=row.pack, live=True).update(live=False)
    row.live, row.published_by, row.published_at = True, by.user, at
    row.save(update_fields=["live", "published_by", "published_at"])
    return row


@acting.action("typology.publish")
def withdraw(*, by: acting.Actor, at: datetime, typology: models.Typology) -> models.Typology:
    """Let a pack no longer look at the ledger; its alerts stay."""
    row = guard.hold(by, "typology.publish", typology)
    row.live = False
    row.save(update_fields=["live"])
    return row
