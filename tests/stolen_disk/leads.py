"""Sightings, leads and hits through their own pages: every free word a new one."""

from datetime import timedelta
from typing import Any

import signed_in


def type_everything(typist: Any) -> list[Any]:
    """Report a sighting with a page, follow it up, and decide about a hit by two."""
    from django.core.files.uploadedfile import SimpleUploadedFile

    import make
    from manumit.core.roles import Role
    from manumit.network import models
    from network import leads_made, standing_register

    by = standing_register.investigator()
    register = standing_register.register(by.unit, by)
    at = make.AT - timedelta(days=1)
    reader = signed_in.client_for(by.person)
    second = signed_in.client_for(make.user(Role.INVESTIGATOR, unit=by.unit))
    officer = signed_in.client_for(make.user(Role.SCREENING_OFFICER))
    sent: list[Any] = []

    def post(client: Any, name: str, where: str, **given: Any) -> str:
        answer = client.post(where, given, secure=True)
        sent.append([name, 0, len(sent), answer.status_code])
        return str(answer.headers.get("Location", ""))

    def word(place: str) -> str:
        return str(typist.word(place))

    page = b"%PDF-1.7 " + word("sighting_new: the page itself").encode()
    post(
        officer, "sighting_new", "/sightings/new",
        subject="person", precision="day", way="tip", certainty="1", unit=str(by.unit.id),
        names_nobody="on", seen_at="2026-01-02T10:00", point="36.2, 37.1",
        words=word("sighting_new: words"), place=word("sighting_new: place"),
        area=word("sighting_new: area"), more=word("sighting_new: more"),
        address=word("sighting_new: address"),
        page=SimpleUploadedFile(word("sighting_new: name of the file"), page),
    )  # fmt: skip
    row = models.Sighting.objects.get(unit=by.unit)
    lead = post(reader, "sighting", f"/sightings/{row.id}", act="lead", title=word("lead: title"))
    post(reader, "lead", lead, act="note", text=word("lead: note"))
    post(reader, "lead", lead, act="wait", text=word("lead: wait"))
    own = str(by.person.id)
    post(reader, "lead", lead, act="task", words=word("lead: task"), owner=own)
    claim = {"schema": "Person", "reliability": "B", "credibility": "3"}
    post(reader, "lead_claim", f"{lead}/claim", value=word("lead_claim: value"), **claim)
    reason = word("lead: reason")
    post(reader, "lead", lead, act="close", outcome="no_use", text=reason)
    other = post(
        reader, "lead_new", "/leads/new", title=word("lead_new: title"), text=word("lead_new: text")
    )
    entity = standing_register.entity(register, by, name=word("hit: our name"))
    hit = leads_made.hit(by, at, entity, leads_made.version(by, at, "XXi.disk"))
    address = f"/hits/{hit.id}"
    post(reader, "hit", address, answer="same", reason=word("hit: reason"))
    post(second, "hit", address, answer="same", reason=word("hit: answer"))
    shown = [
        reader.get(where, secure=True).content.decode()
        for where in (f"/sightings/{row.id}", lead, other, address)
    ]
    for text, place in zip(
        shown, ("sighting_new: more", "lead: reason", "lead_new: text", "hit: answer"), strict=True
    ):
        assert typist.typed[place] in text
    return sent
