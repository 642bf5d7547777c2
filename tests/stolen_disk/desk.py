"""The analyst's desk through its own pages: notes, reasons, answers, titles, each a new word."""

from typing import Any

import signed_in
from flows import alerts_made, ledgers
from manumit.core import roles
from manumit.flows import models


def type_everything(typist: Any) -> list[Any]:
    """Take alerts, write about them, decide by two, open a case; returns what was answered."""
    import make

    home = ledgers.bureau()
    first = signed_in.client_for(home.analyst)
    second = signed_in.client_for(make.user(roles.Role.FIU_ANALYST, home.unit))
    one, two = alerts_made.store(home), alerts_made.store(home)
    sent = []

    def post(client: Any, name: str, address: str, **given: str) -> str:
        answer = client.post(address, given, secure=True)
        sent.append([name, 0, len(sent), answer.status_code])
        return str(answer.headers.get("Location", ""))

    def word(place: str) -> str:
        return str(typist.word(place))

    address = f"/money/alerts/{one.id}"
    post(first, "alert", address, act="take")
    post(first, "alert", address, act="note", text=word("alert: text"))
    for number, answer in enumerate(("decline", "confirm")):
        reason = word(f"alert_decide {number}: reason")
        post(first, "alert_decide", f"{address}/decide", choice="watch", reason=reason)
        made = models.Decision.objects.get(alert=one, state="proposed")
        said = word(f"money_decision {number}: answer")
        post(second, "money_decision", f"/money/decisions/{made.id}", act=answer, answer=said)
    title = word("alert: title")
    case = post(first, "alert", f"/money/alerts/{two.id}", act="open_case", title=title)
    post(first, "money_case", case, act="note", text=word("money_case: text"))
    post(first, "money_case", case, act="title", title=word("money_case: title"))
    reason = word("money_case_decide: reason")
    post(first, "money_case_decide", f"{case}/decide", choice="report", reason=reason)
    shown = [
        client.get(where, secure=True).content.decode()
        for client, where in ((first, address), (second, case))
    ]
    assert typist.typed["money_decision 1: answer"] in shown[0]
    assert reason in shown[1]
    return sent
