"""The record browser: every act, refusal and opening, its proof, and what an outsider needs."""

import itertools
import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from typing import Any, cast
from uuid import UUID

from django import forms
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from manumit.core import merkle, models, roles
from manumit.core.actions import acting
from manumit.core.actions import record as acts
from manumit.core.views import Request, page, showing
from manumit.web import actions

SIZE = 50
OUTCOMES = (
    ("", gettext_lazy("Done and refused")),
    ("done", gettext_lazy("Done")),
    ("refused", gettext_lazy("Refused")),
)


class Filter(forms.Form):
    """Which entries to show."""

    act = forms.ChoiceField(label=gettext_lazy("What"), required=False)
    person = forms.CharField(label=gettext_lazy("Account name"), required=False, max_length=60)
    thing = forms.UUIDField(
        label=gettext_lazy("Identifier of a thing"),
        required=False,
        widget=forms.TextInput(attrs={"spellcheck": "false"}),
    )
    outcome = forms.ChoiceField(
        label=gettext_lazy("How it ended"), choices=OUTCOMES, required=False
    )
    day = forms.DateField(
        label=gettext_lazy("Day"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date", "class": "govuk-input--width-10"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = sorted({*roles.PERMISSIONS, "open"})
        choices: Any = [("", _("Everything")), *((name, name) for name in names)]
        self.fields["act"].choices = choices  # type: ignore[attr-defined]


class Witness(forms.Form):
    """A checkpoint that somebody outside kept."""

    checkpoint = forms.CharField(
        label=gettext_lazy("A checkpoint that somebody outside kept"),
        help_text=gettext_lazy("Paste the whole text. Without one, our own are checked."),
        required=False,
        strip=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 6, "spellcheck": "false"}),
    )


@page("record.read")
def record(request: Request) -> HttpResponse:
    """List entries, the newest first."""
    form = Filter(request.GET)
    rows = models.Leaf.objects.order_by("-seq")
    rows = _kept(rows, form.cleaned_data) if form.is_valid() else rows.none()
    before = request.GET.get("before", "")
    if before.isdecimal() and len(before) < 19:
        rows = rows.filter(seq__lt=int(before))
    found = list(rows[: SIZE + 1])
    onward = ""
    if len(found) > SIZE:
        query = request.GET.copy()
        query["before"] = str(found[SIZE - 1].seq)
        onward = query.urlencode()
    head = models.RecordHead.objects.filter(id=1).first()
    context = {
        "form": form,
        "entries": _entries(found[:SIZE]),
        "onward": onward,
        "first": not before,
        "filtered": any(request.GET.get(name) for name in form.fields),
        "size": head.size if head else 0,
        "checkpoint": models.Checkpoint.objects.order_by("-size").first(),
        "may_sign": not roles.why_not(request.actor.role, "record.checkpoint"),
    }
    return render(request, "record/record.html", context)


def _kept(rows: Any, given: dict[str, Any]) -> Any:
    if given["act"]:
        rows = rows.filter(act=given["act"])
    if given["outcome"]:
        rows = rows.filter(outcome=given["outcome"])
    if given["person"]:
        who = models.User.objects.filter(username=given["person"]).first()
        rows = rows.filter(by=who.id) if who else rows.none()
    if given["thing"]:
        rows = rows.filter(objects_named__object_id=given["thing"]).distinct()
    if given["day"]:
        rows = rows.filter(at__range=_day(given["day"]))
    return rows


def _day(on: date) -> tuple[datetime, datetime]:
    begin, end = (datetime.combine(on, at, tzinfo=UTC) for at in (time.min, time.max))
    return begin, end


def _entries(leaves: list[models.Leaf]) -> list[dict[str, Any]]:
    people = models.User.objects.in_bulk({leaf.by for leaf in leaves if leaf.by})
    return [_entry(leaf, people) for leaf in leaves]


def _entry(leaf: models.Leaf, people: dict[UUID, models.User]) -> dict[str, Any]:
    body = json.loads(bytes(leaf.body))
    user = people.get(leaf.by) if leaf.by else None
    return {
        "leaf": leaf,
        "body": body,
        "verb": body.get("verb", ""),
        "who": user.display_name if user else _("The person") if leaf.by else _("System"),
        "username": user.username if user else "",
        "role": _(roles.LABELS[roles.Role(user.role)]) if user else "",
        "objects": sorted(body.get("objects", {}).items()),
        "ids": body.get("ids", []),
        "refused": leaf.outcome == "refused",
    }


@page("record.read")
def leaf(request: Request, seq: int) -> HttpResponse:
    """Show one entry, its bytes, and the proof that it is in the tree."""
    row = models.Leaf.objects.filter(seq=seq).first() if seq < 2**63 else None
    if row is None:
        raise acting.NotFound
    entry = _entries([row])[0]
    detail = models.LeafDetail.objects.filter(leaf=row).first()
    context = {
        "entry": entry,
        "text": json.dumps(entry["body"], indent=2, ensure_ascii=False),
        "hash": merkle.leaf_hash(bytes(row.body)).hex(),
        "detail": sorted(detail.details.items()) if detail else [],
        "proof": _proof(row) if request.GET.get("proof") else None,
    }
    return render(request, "record/leaf.html", context)


def _proof(row: models.Leaf) -> dict[str, Any]:
    size, path = acts.inclusion(row.seq)
    head = models.RecordHead.objects.get(id=1)
    root = merkle.Frontier.from_bytes(bytes(head.frontier)).root()
    own = merkle.leaf_hash(bytes(row.body))
    holds = head.size == size and merkle.verify_inclusion(own, row.seq, size, path, root)
    return {
        "size": size,
        "path": [each.hex() for each in path],
        "root": root.hex(),
        "holds": holds,
    }


@page("record.checkpoint", methods=("POST",))
def checkpoint(request: Request) -> HttpResponse:
    """Sign the head as it is now and hand it out as a file to keep outside."""
    mark = actions.sign_checkpoint(by=request.actor, at=request.now)
    return showing.file(mark.text, f"checkpoint-{mark.size}.txt")


@page("record.read", methods=("GET", "POST"))
def verify(request: Request) -> HttpResponse:
    """Check every entry, every checkpoint of ours, and one that was kept outside."""
    form = Witness(request.POST if request.method == "POST" else None)
    verdict = None
    if request.method == "POST" and form.is_valid():
        kept = form.cleaned_data["checkpoint"].replace("\r\n", "\n")
        kept = f"{kept.rstrip()}\n" if kept.strip() else ""
        verdict = acts.verify(witnessed=(kept,) if kept else ())
    context = {"form": form, "verdict": verdict, "key": acts.public_key().hex()}
    return render(request, "record/verify.html", context)


@page("record.export", methods=("POST",))
def export(request: Request) -> HttpResponse:
    """Hand out the record line by line, for a verifier that does not need this product."""
    size = actions.export_record(by=request.actor, at=request.now)
    response = StreamingHttpResponse(_lines(size), content_type="application/jsonl")
    response["Content-Disposition"] = 'attachment; filename="record.jsonl"'
    return cast("HttpResponse", response)  # served the same way, piece by piece


def _lines(size: int) -> Iterator[bytes]:
    for line in itertools.islice(acts.lines(), size):
        yield line + b"\n"
