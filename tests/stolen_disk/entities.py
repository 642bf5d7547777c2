"""Inquiries, entities, claims and sources through their own pages: every free word a new one."""

from typing import Any

import signed_in


def type_everything(typist: Any) -> list[Any]:
    """Enter somebody in an inquiry, say more, contest it, join two, look for a name."""
    from manumit.network import models
    from network import standing_register

    by = standing_register.investigator()
    standing_register.register(by.unit, by)
    reader = signed_in.client_for(by.person)
    sent: list[Any] = []

    def post(name: str, where: str, **given: Any) -> str:
        answer = reader.post(where, given, secure=True)
        sent.append([name, 0, len(sent), answer.status_code])
        return str(answer.headers.get("Location", ""))

    def word(place: str) -> str:
        return str(typist.word(place))

    def source(place: str) -> dict[str, str]:
        return {
            "source": "new", "new_title": word(f"{place}: source"), "new_kind": "person",
            "new_reliability": "B", "credibility": "2", "handling": "amber_strict",
        }  # fmt: skip

    inquiry = post(
        "inquiry_new",
        "/inquiries/new",
        title=word("inquiry: title"),
        purpose=word("inquiry: basis"),
    )
    post("inquiry", inquiry, act="note", text=word("inquiry: note"))
    number = inquiry.rsplit("/", 1)[-1]
    for place in ("first", "second"):
        post(
            "entity_new", f"/entities/new?schema=Person&inquiry={number}",
            p_name=word(f"entity_new: name of the {place}"), p_phone=word(f"entity_new: {place} phone"),
            p_alias=word(f"entity_new: alias of the {place}"), **source(f"entity_new {place}"),
        )  # fmt: skip
    one, two = models.Entity.objects.filter(register__unit=by.unit).order_by("at")
    here = f"/entities/{one.id}"
    post("entity_say", f"{here}/say", prop="notes", value=word("say: value"), **source("say"))
    claim = models.Claim.objects.filter(entity=one).latest("at")
    post("claim", f"/claims/{claim.id}", act="contest", reason=word("claim: contested"))
    post("claim", f"/claims/{claim.id}", act="withdraw", reason=word("claim: withdrawn"))
    post("entity", here, act="accept", claim="all")
    post("entity", here, act="certain", certainty="2", reason=word("entity: how sure"))
    post(
        "entity_relate", f"{here}/relate?other={two.id}",
        schema="Associate", role="leader", since="2015", until="2016", **source("relate"),
    )  # fmt: skip
    post("entities", "/entities", words=word("entities: looked for"))
    post("entity_relate", f"{here}/relate", words=word("relate: looked for"))
    given = {"title": word("sources: title"), "reference": word("sources: where")}
    post("network_sources", "/sources", kind="official", reliability="A", **given)
    shown = reader.get(f"/claims/{claim.id}", secure=True).content.decode()
    assert typist.typed["claim: contested"] in shown
    assert typist.typed["inquiry: note"] in reader.get(inquiry, secure=True).content.decode()
    return sent
