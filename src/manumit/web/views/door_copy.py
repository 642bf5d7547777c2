"""The copy that a person takes with them: everything their door shows, on paper without a name for it.

Made in memory in the person's language. Nothing on it says which system or office it came from.
"""

from datetime import datetime

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from manumit.cases.actions import atdoor
from manumit.core import forms as core_forms
from manumit.core import printing
from manumit.web.views import door_pages


def pdf(visit: atdoor.Visit, now: datetime) -> bytes:
    """Return the paper."""
    parts = [
        *_facts(visit, now),
        *_help(visit, now),
        *_words(visit, now),
        *_looked(visit, now),
        *_messages(visit, now),
    ]
    parts = parts or [printing.text(_("Nothing is written down here."))]
    return printing.pdf([printing.Side(core_forms.language(), _("Notes"), parts)])


def _day(at: datetime) -> str:
    return date_format(at, "DATE_FORMAT")


def _facts(visit: atdoor.Visit, now: datetime) -> list[printing.Part]:
    page = door_pages.facts(visit, now)
    parts = []
    if page["rows"]:
        parts.append(printing.rows([(row["key"], row["value"]) for row in page["rows"]]))
    if page["needs"]:
        told = [": ".join([n["title"], n["status"], *n["texts"]]) for n in page["needs"]]
        parts += [printing.heading(_("What you need")), printing.items(told)]
    return parts


def _help(visit: atdoor.Visit, now: datetime) -> list[printing.Part]:
    asked = door_pages.helping(visit, now)["asked"]
    told = [f"{row['who']}, {_day(row['at'])}: {row['state']}" for row in asked]
    return [printing.heading(_("Who was asked to help")), printing.items(told)] if told else []


def _words(visit: atdoor.Visit, now: datetime) -> list[printing.Part]:
    said = door_pages.words(visit, now)["words"]
    rows = [(f"{word['label']} {word['recipient']}".strip(), word["said"]) for word in said]
    return [printing.heading(_("What you agreed to")), printing.rows(rows)] if rows else []


def _looked(visit: atdoor.Visit, now: datetime) -> list[printing.Part]:
    looks = door_pages.looked(visit, now)["looks"]
    told = [f"{_day(look['at'])}: {look['who']}" for look in looks]
    return [printing.heading(_("Who looked")), printing.items(told)] if told else []


def _messages(visit: atdoor.Visit, now: datetime) -> list[printing.Part]:
    said = door_pages.messages(visit, now)["messages"]
    told = [f"{_day(each['at'])}: {each['text'] or each['kind']}" for each in said]
    return [printing.heading(_("Messages")), printing.items(told)] if told else []
