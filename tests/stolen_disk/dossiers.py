"""Dossiers and corrections through their own pages: every free word a new one, until they left."""

from datetime import timedelta
from typing import Any

import signed_in


def type_everything(typist: Any) -> list[Any]:
    """Write a dossier, lift its mark by two, hand it over, correct it; returns what was answered."""
    import make
    from manumit.core.roles import Role
    from manumit.network import claims, models
    from manumit.network.actions import claiming, entering
    from network import standing_register

    by = standing_register.investigator()
    register = standing_register.register(by.unit, by)
    first = signed_in.client_for(by.person)
    second = signed_in.client_for(make.user(Role.INVESTIGATOR, unit=by.unit))
    at = make.AT - timedelta(days=1)
    sent: list[Any] = []

    def post(client: Any, name: str, where: str, **given: Any) -> str:
        answer = client.post(where, given, secure=True)
        sent.append([name, 0, len(sent), answer.status_code])
        return str(answer.headers.get("Location", ""))

    def word(place: str) -> str:
        return str(typist.word(place))

    source = standing_register.source(by)
    says = {"name": [word("dossier: their name")], "position": [word("dossier: their work")]}
    about = entering.add_entity(
        by=by, at=at, schema="Person", says=says, source=source, handling=claims.Handling.GREEN
    )
    for claim in about.claims.all():
        claiming.accept(by=by, at=at, claim=claim)
    claiming.add_claim(
        by=by, at=at, entity=about, prop="possibleVictim", values=["true"], source=source
    )
    page = post(
        first, "dossier_new", f"/dossiers/new?entity={about.id}", kind="prosecutor", language="en"
    )
    post(first, "dossier_mark", f"{page}/mark", reason=word("dossier_mark: asked"))
    answer = word("dossier_mark: answer")
    post(second, "dossier_mark", f"{page}/mark", allow="yes", reason=answer)
    post(first, "dossier_statement", f"{page}/statement", act="draft")
    stands_on = [
        str(one) for one in about.claims.filter(state="accepted").values_list("id", flat=True)
    ]
    text = word("dossier_sentence_new: text")
    post(first, "dossier_sentence_new", f"{page}/statement/new", text=text, claims=stands_on)
    for part in ("evidence", "contested", "alternatives"):
        told = word(f"dossier_part {part}: text")
        post(first, "dossier_part", f"{page}/parts/{part}", text=told)
    post(first, "dossier", page, act="propose")
    remark = word("dossier: remark")
    post(second, "dossier", page, act="send_back", remark=remark)
    assert remark in first.get(page, secure=True).content.decode()
    post(first, "dossier", page, act="propose")
    post(second, "dossier", page, act="approve")
    to = {name: word(f"dossier_hand_over: {name}") for name in ("recipient", "purpose")}
    post(first, "dossier_hand_over", f"{page}/hand-over", basis="treaty", **to)
    post(first, "dossier_download", f"{page}/download")
    post(first, "dossier_paper", f"{page}/paper")
    gone = models.Sent.objects.get(register=register)
    reply = word("dossier_answer: text")
    post(first, "dossier_answer", f"/dossiers/sent/{gone.id}/answer", text=reply)
    shown = first.get(page, secure=True).content.decode()
    assert to["recipient"] in shown
    assert reply in shown
    assert models.Dossier.objects.get(register=register).state == "answered"
    wrong = {name: word(f"entity_correct: {name}") for name in ("what", "right")}
    where = post(
        first, "entity_correct", f"/entities/{about.id}/correct",
        wrong="person", language="en", claims=stands_on[:1], **wrong,
    )  # fmt: skip
    notice = models.Notice.objects.get(register=register)
    post(first, "notice_letter", f"/corrections/notices/{notice.id}/letter")
    post(first, "correction", where, act="sent", notice=str(notice.id))
    told = word("correction: text")
    post(first, "correction", where, act="answer", notice=str(notice.id), text=told)
    shown = first.get(where, secure=True).content.decode()
    assert told in shown
    assert wrong["what"] in shown
    return sent
