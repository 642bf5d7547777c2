"""What was done with an alert or a case, as the record tells it: who, when, never what was said."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from manumit.core import models, roles

LENGTH = 60
WORDS: dict[str, str] = {
    "take_alert": gettext_noop("The alert was taken"),
    "take_next": gettext_noop("The alert was taken from the queue"),
    "give_back": gettext_noop("The alert was put back"),
    "assign_alert": gettext_noop("The alert was given to a colleague"),
    "add_note": gettext_noop("A note was added"),
    "decide": gettext_noop("A decision was proposed"),
    "confirm_decision": gettext_noop("A second person confirmed the decision"),
    "decline_decision": gettext_noop("A second person said no to the decision"),
    "take_back_decision": gettext_noop("The decision was taken back"),
    "mark_reported": gettext_noop("The report was handed over"),
    "open_case": gettext_noop("A case was opened"),
    "join_alert": gettext_noop("An alert joined the case"),
    "split_alert": gettext_noop("An alert left the case"),
    "hand_case": gettext_noop("The case was handed to a colleague"),
    "take_up_case": gettext_noop("The case was taken up again"),
    "name_case": gettext_noop("The case got another title"),
    "print_picture": gettext_noop("The picture was printed"),
    "open": gettext_noop("Sealed content was opened"),
}


@dataclass(frozen=True)
class Entry:
    """One line, for components/timeline.html."""

    title: str
    at: datetime
    who: str
    text: str = ""
    url: str = ""


def of_objects(ids: Iterable[UUID]) -> list[Entry]:
    """Return the newest entries about these things, openings apart."""
    leaves = models.Leaf.objects.filter(objects_named__object_id__in=list(ids)).exclude(act="open")
    rows = list(leaves.order_by("-seq").distinct()[:LENGTH])
    people = models.User.objects.in_bulk({leaf.by for leaf in rows if leaf.by})
    return [_entry(leaf, people) for leaf in rows]


def _entry(leaf: models.Leaf, people: dict[UUID, models.User]) -> Entry:
    verb = json.loads(bytes(leaf.body)).get("verb") or leaf.act
    title = _(WORDS.get(verb, verb.replace("_", " ").replace(".", ": ").capitalize()))
    if leaf.outcome == "refused":
        title = _("Refused: %(what)s") % {"what": title}
    user = people.get(leaf.by) if leaf.by else None
    who = f"{user.display_name}, {_(roles.LABELS[roles.Role(user.role)])}" if user else _("System")
    return Entry(title, leaf.at, who)
