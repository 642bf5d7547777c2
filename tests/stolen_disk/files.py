"""Files of entities through their own pages: one is brought in, one is looked at and waits, one is left.

Every cell, heading, title and name of a file is a new word; so is what cannot be read of it.
"""

import json
from typing import Any

import signed_in

COLUMNS = ("Ref", "Full name", "Phone", "Odd")


def type_everything(typist: Any) -> list[Any]:
    """Bring in entities and a table, let one file wait, forget one."""
    from django.core.files.uploadedfile import SimpleUploadedFile

    from manumit.network import models
    from network import standing_register

    by = standing_register.investigator()
    standing_register.register(by.unit, by)
    reader = signed_in.client_for(by.person)
    sent: list[Any] = []

    def word(place: str) -> str:
        return str(typist.word(place))

    def post(name: str, where: str, **given: Any) -> str:
        answer = reader.post(where, given, secure=True)
        sent.append([name, 0, len(sent), answer.status_code])
        return str(answer.headers.get("Location", ""))

    def give(what: str, data: str) -> str:
        file = SimpleUploadedFile(word(f"{what}: name of the file"), data.encode())
        return post(
            "file_new", "/entities/file", file=file, source="new", new_kind="open",
            new_title=word(f"{what}: title"), new_reliability="C", credibility="3",
            handling="amber_strict", on="2026-01-02",
        )  # fmt: skip

    def entities(what: str) -> str:
        properties = {
            "name": [word(f"{what}: name")], "phone": [word(f"{what}: phone")],
            word(f"{what}: property"): [word(f"{what}: kept apart")],
            "birthDate": [word(f"{what}: no date")],
        }  # fmt: skip
        good = {"id": word(f"{what}: id"), "schema": "Person", "properties": properties}
        return f"{json.dumps(good, ensure_ascii=False)}\n{word(f'{what}: no entity')}\n"

    brought = give("entities", entities("entities"))
    post("file", brought, act="bring")
    post("file", give("left file", entities("left file")), act="leave")
    waits = give("waiting file", entities("waiting file"))
    rows = [
        ",".join(word(f"table {n}: {column}") for column in COLUMNS) for n in ("headings", "row")
    ]
    table = give("table", "\n".join(rows))
    post("file", table, act="columns", c0="id", c1="name", c2="phone", c3="notes", split=";")
    post("file", table, act="bring")
    mapped = give("mapped table", "\n".join(rows))
    column = typist.typed["table headings: Full name"]
    text = f'[entities.p]\nschema = "Person"\n[entities.p.columns]\n"{column}" = "name"\n'
    text += f'[entities.p.constant]\nnotes = "{word("mapping: constant")}"\n'
    mapping = SimpleUploadedFile(word("mapping: name of the file"), text.encode())
    chosen = {f"c{n}": "leave" for n in range(len(COLUMNS))}
    post("file", mapped, act="columns", split=";", mapping=mapping, **chosen)
    assert models.Entity.objects.filter(register__unit=by.unit).count() == 2
    for where, place in (
        (brought, "entities: name"), (waits, "waiting file: kept apart"),
        (table, "table row: Full name"), (mapped, "mapping: constant"),
    ):  # fmt: skip
        assert typist.typed[place] in reader.get(where, secure=True).content.decode()
    return sent
