"""Who is one, through its own pages: every free word a new one."""

from typing import Any

import signed_in


def type_everything(typist: Any) -> list[Any]:
    """Decide about two records by two people, and take it back."""
    import make
    from manumit.core.roles import Role
    from manumit.network import models
    from network import standing_register

    by = standing_register.investigator()
    register = standing_register.register(by.unit, by)
    first = signed_in.client_for(by.person)
    second = signed_in.client_for(make.user(Role.INVESTIGATOR, unit=by.unit))
    pair = [
        standing_register.entity(register, by, name=typist.word(f"same_pair: {which} name"))
        for which in ("one", "other")
    ]
    standing_register.relation(*pair, by, role="Transporter")
    sent: list[Any] = []

    def post(client: Any, name: str, where: str, **given: Any) -> None:
        answer = client.post(where, given, secure=True)
        sent.append([name, 0, len(sent), answer.status_code])

    reason = typist.word("same_pair: reason")
    post(first, "same_pair", f"/same/{pair[0].id}/{pair[1].id}", verdict="same", reason=reason)
    address = f"/same/decisions/{models.Judgement.objects.get().id}"
    words = {"act": "agree", "agree-why": typist.word("same_judgement: agreed")}
    post(second, "same_judgement", address, **words)
    words = {"act": "back", "back-why": typist.word("same_judgement: taken back")}
    post(first, "same_judgement", address, **words)
    shown = second.get(address, secure=True).content.decode()
    for place in ("reason", "agreed", "taken back"):
        whole = "same_pair: reason" if place == "reason" else f"same_judgement: {place}"
        assert typist.typed[whole] in shown
    return sent
