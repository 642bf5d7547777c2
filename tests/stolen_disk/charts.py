"""Kept views of charts through their own page: the name is a new word."""

from typing import Any

import signed_in


def type_everything(typist: Any) -> list[Any]:
    """Keep a view of an entity's chart, and find its name again."""
    from network import standing_register

    by = standing_register.investigator()
    register = standing_register.register(by.unit, by)
    entity = standing_register.entity(register, by, name="Test Person 11")
    reader = signed_in.client_for(by.person)
    where = f"/entities/{entity.id}/chart"
    name = str(typist.word("entity_chart: name"))
    answer = reader.post(where, {"name": name, "more": [str(entity.id)]}, secure=True)
    shown = reader.get(answer.headers["Location"], secure=True).content.decode()
    assert name in shown
    return [["entity_chart", 0, 0, answer.status_code]]
