"""A day in an office, in a process of its own, on files of its own, until it is killed.

Every form of every page about people is filled in through the page itself, each field with a word
of its own. What was typed, and the halves of session keys that only browsers hold, are said on
standard output, which is a pipe and never touches the disk.
"""

import html
import html.parser
import itertools
import json
import os
import random
import re
import sys
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import django
from django.conf import settings

EMPTY = {"date", "datetime-local", "time", "password"}
TICKED = ("seen", "stop", "card_wanted")  # boxes without which nothing sealed is kept
ALPHABET = "bcdfghjklmnpqrstvwxzéñöş"


def say(**what: Any) -> None:
    os.write(1, (json.dumps(what) + "\n").encode())


class Form(html.parser.HTMLParser):
    """The fields of the last form of a page that has something to fill in, or buttons to press."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.forms: list[dict[str, Any]] = []
        self.select = self.area = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        name = told.get("name", "")
        if tag == "form":
            self.forms.append({"action": told.get("action", ""), "fields": [], "post":
                               told.get("method", "").lower() == "post"})  # fmt: skip
        if not self.forms:
            return
        fields = self.forms[-1]["fields"]
        if tag in {"input", "button"} and name:
            kind = told.get("type", "text") if tag == "input" else "button"
            fields.append((kind, name, told.get("value", ""), told))
        elif tag == "textarea":
            fields.append(("textarea", name, "", told))
        elif tag == "select":
            self.select = name
        elif tag == "option" and self.select and told.get("value"):
            fields.append(("option", self.select, told["value"], told))

    def handle_endtag(self, tag: str) -> None:
        if tag == "select":
            self.select = ""


class Typist:
    """Fills in forms; every free text is a word that was never said before."""

    def __init__(self) -> None:
        self.chance = random.Random(2331)
        self.typed: dict[str, str] = {}

    def word(self, place: str) -> str:
        """Return a new word and remember where it went."""
        made = "".join(self.chance.choice(ALPHABET) for _ in range(22))
        self.typed[place] = made
        return made

    def sheet(self, place: str) -> Any:
        """Return a sheet of two people, one of whom cannot come in: each free cell a new word."""
        import csv
        import io

        from django.core.files.uploadedfile import SimpleUploadedFile

        from manumit.cases import htcds, htcds_table

        known = htcds.load().fields
        people: list[dict[str, str]] = [
            dict.fromkeys((*htcds.TOLD, "con_Consent"), "TRUE") | {"prs_Gender": gender}
            for gender in ("Feminine", self.word(f"{place}: prs_Gender"))
        ]
        for number, person in enumerate(people):
            person["record_id"] = self.word(f"{place} {number}: record_id")
            person["A column of theirs"] = self.word(f"{place} {number}: another column")
            for field in known.values():
                if field.kind in {"text", "long", "lookup"}:
                    person[field.name] = self.word(f"{place} {number}: {field.name}")
        text = io.StringIO()
        writer = csv.DictWriter(text, list(people[0]))
        writer.writeheader()
        writer.writerows(people)
        data = text.getvalue().encode()
        rows = htcds_table.read("sheet", data).rows
        assert [bool(row.problems) for row in rows] == [False, True]
        return SimpleUploadedFile(self.word(f"{place}: name of the file") + ".csv", data)

    def typed_into(self, place: str, kind: str, name: str, told: dict[str, str]) -> Any:
        """Return what is typed into a field: a number where one is asked for, else a new word."""
        if kind == "number" or told.get("inputmode") == "numeric":
            return "2024" if name == "year" else "34"
        if told.get("list") == "states":
            return "LBN"
        return self.sheet(place) if kind == "file" else self.word(f"{place}: {name}")

    def fill(self, place: str, form: dict[str, Any], choice: int) -> dict[str, Any]:
        """Return what to send: words in free text, the first or last of what can be chosen."""
        sent: dict[str, Any] = {}
        options: dict[str, list[str]] = {}
        for kind, name, value, told in form["fields"]:
            if kind == "hidden" or (kind in EMPTY and value):  # a day that the page proposes
                sent[name] = value
            elif kind == "datetime-local" and name.endswith(("first", "planned_at")):
                sent[name] = (datetime.now(UTC) + timedelta(days=2)).strftime("%Y-%m-%dT%H:%M")
            elif kind in {"radio", "option"}:
                options.setdefault(name, []).append(value)
            elif kind == "checkbox" and name.endswith("_how"):
                continue  # boxes that exclude each other
            elif kind == "checkbox":
                ticked = "on" if name.endswith(TICKED) else ""
                sent.setdefault(name, []).append(value or ticked)
            elif kind == "button":
                if value != "pause":
                    sent.setdefault(name, value)
            elif name and kind not in EMPTY:
                sent[name] = self.typed_into(place, kind, name, told)
        for name, values in options.items():
            sent[name] = values[0] if choice == 0 else values[-1]
        return sent


def _about_people() -> list[Any]:
    from meta import pages

    return [p for p in pages.every() if ".cases." in p.view.__module__]


def work() -> None:
    """Open each page about people and send each of its forms."""
    from django.core.management import call_command
    from django.test import Client
    from django.urls import reverse

    import signed_in
    from manumit.core import roles
    from manumit.core.actions import tables
    from meta import things
    from stolen_disk import (
        charts,
        desk,
        dossiers,
        entities,
        files,
        leads,
        money,
        reports,
        same,
        traces,
    )

    tables.ready()
    call_command("createcachetable", verbosity=0)
    typist, sent, cookies = Typist(), [], []
    for page, choice in itertools.product(_about_people(), (0, 1)):
        world = things.world(everybody=False)
        address = reverse(page.name, kwargs={name: world.thing(name) for name in page.kwargs})
        holders = [r for r in world.people if things.is_theirs(
            r, roles.scope(r, page.permission), page.kwargs)
            and not roles.why_not(r, page.permission)]  # fmt: skip
        client = signed_in.client_for(world.people[holders[-choice]])
        cookies.append(client.cookies[settings.MANUMIT_UNLOCK_COOKIE].value)
        sent += _send_all(typist, client, page, address, choice)
    sent += _at_the_door(typist)
    sent += money.type_everything(typist)
    sent += desk.type_everything(typist)
    sent += reports.type_everything(typist)
    sent += leads.type_everything(typist)
    sent += entities.type_everything(typist)
    sent += files.type_everything(typist)
    sent += dossiers.type_everything(typist)
    sent += same.type_everything(typist)
    sent += charts.type_everything(typist)
    sent += traces.type_everything(typist)
    host = typist.word("control: a plain column")
    _plain_control(host, Client)
    say(typed=typist.typed, sent=sent, cookies=cookies, control=host)


def _send_all(typist: Typist, client: Any, page: Any, address: str, choice: int) -> list[Any]:
    sent = []
    if "GET" in page.methods:
        shown = client.get(address, secure=True, follow=True)
        text = shown.content.decode(errors="replace")  # some pages are files
        forms = [f for f in Form(text).forms if f["post"] and f["action"] not in
                 {"/language", "/sign-out"}]  # fmt: skip
    else:
        text, forms = "", [{"action": "", "fields": [("text", name, "", {}) for name in
                            ("reason", "note", "text", "message", "outcome", "answer")]}]  # fmt: skip
    for number, form in enumerate(forms):
        data = typist.fill(f"{page.name} {number} {choice}", form, choice)
        answer = client.post(form["action"] or address, data, secure=True)
        sent.append([page.name, number, choice, answer.status_code])
        if answer.status_code in {301, 302, 303}:
            client.get(answer["Location"], secure=True, follow=True)
            if any(field[0] == "file" for field in form["fields"]) and choice == 0:
                done = client.post(answer["Location"], {"act": "load"}, secure=True)
                sent.append([f"{page.name}, loaded", number, choice, done.status_code])
    return sent


def _at_the_door(typist: Typist) -> list[Any]:
    """Open a door in the person's own words, come in by each code, and type into every page of it."""
    from django.test import Client
    from django.urls import reverse

    import signed_in
    from manumit.core.roles import Role
    from meta import things

    world, sent = things.world(everybody=False), []
    made = reverse("case_door", args=[world.thing("case_id")])
    worker = signed_in.client_for(world.people[Role.CASE_WORKER])
    words = [" ".join(typist.word(f"door: {which} {n}") for n in range(3)) for which in "ab"]
    data = {"present": "on", "parts": ["identity", "plan"], "ending": words[0], "other": words[1]}
    page = worker.post(made, data, secure=True, follow=True).content.decode()
    codes = re.findall(r'translate="no">(.*?)</bdi>', page)
    assert len(codes) == 2, "the person's own words were taken"
    for which, code in enumerate(codes):
        phone = Client()
        answer = phone.post("/d", {"code": typist.word(f"door: wrong {which}")}, secure=True)
        sent.append(["door wrong", 0, which, answer.status_code])
        assert phone.post("/d", {"code": html.unescape(code)}, secure=True)["Location"] == "/d"
        for go in ("message", "correction", "copy", "erasure"):
            text = phone.get("/d", secure=True).content.decode()
            token = re.findall(r'name="t" value="(\w+)"', text)[0]
            more = {"t": token, "go": f"say={go}", "text": typist.word(f"door: {go} {which}")}
            sent.append(["door", go, which, phone.post("/d", more, secure=True).status_code])
            assert more["text"] in phone.get("/d", secure=True).content.decode()
    return sent


def _plain_control(name: str, _client: Any) -> None:
    from manumit.core.actions import accounts, acting

    accounts.create_organisation(by=acting.SYSTEM, at=datetime.now(UTC), name=name, kind="Other")


def main() -> None:
    django.setup()
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.ALLOWED_HOSTS = ["testserver"]
    work()
    time.sleep(600)  # until it is killed: nothing is closed, nothing is tidied up


if __name__ == "__main__":
    sys.exit(main())
