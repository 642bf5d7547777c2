"""A bank's file and an entry by hand through the ledger's own pages, each cell a word of its own.

The file is loaded by the process that the page starts, as in life; the disk is searched when it lies
there: in the upload that waits, in the tables, in the sealed parts, in what was left over.
"""

import time
from typing import Any

COLUMNS = ("Booking date", "Debit account", "Debit name", "Credit account", "Credit name", "Amount",
           "Reference", "Remarks")  # fmt: skip
WORDS = ("Debit account", "Debit name", "Credit account", "Credit name", "Reference", "Remarks")
MAPPED = {
    "style": "plain",
    "column_at": "Booking date",
    "column_source": "Debit account",
    "column_source_name": "Debit name",
    "column_target": "Credit account",
    "column_target_name": "Credit name",
    "column_amount": "Amount",
    "column_reference": "Reference",
    "column_text": "Remarks",
    "formats": "%Y-%m-%d",
    "decimal": ".",
    "constant_currency": "USD",
    "name": "Example bank",
}
SECONDS = 60


def _file(typist: Any, name: str) -> Any:
    from django.core.files.uploadedfile import SimpleUploadedFile

    rows = [",".join(COLUMNS)]
    for number, amount in enumerate(("12.50", "13.50", typist.word("bank file: amount"))):
        told = {column: typist.word(f"{name} {number}: {column}") for column in WORDS}
        told |= {"Booking date": "2026-02-03", "Amount": amount}
        rows.append(",".join(told[column] for column in COLUMNS))
    file = typist.word(f"{name}: name of the file") + ".csv"
    return SimpleUploadedFile(file, "\n".join(rows).encode())


def type_everything(typist: Any) -> list[Any]:
    """Load one file, leave another waiting, write an entry down; returns what was answered."""
    import signed_in
    from flows import ledgers

    home = ledgers.bureau()
    client = signed_in.client_for(home.analyst)
    sent = []
    for number in (0, 1):
        given = {"file": _file(typist, f"bank file {number}")}
        answer = client.post("/money/ledger/load", given, secure=True)
        sent.append(["load_new", 0, number, answer.status_code])
    assert client.get(answer["Location"], secure=True).status_code == 200
    answer = client.post(answer["Location"], MAPPED, secure=True)
    sent.append(["load_reading", 0, 0, answer.status_code])
    _until_done(client, answer["Location"])
    rows = client.get(answer["Location"] + "/rows", secure=True)
    assert typist.typed["bank file: amount"] in rows.content.decode()
    entry = {
        "kind": "in_kind",
        "purpose": "labour_extracted",
        "at": "2026-02-01T00:00",
        "precision": "2",
        "currency": "USD",
    }
    entry |= {
        name: typist.word(f"entry_new: {name}")
        for name in ("source", "source_name", "target", "target_name", "text")
    }
    answer = client.post("/money/ledger/entry", entry, secure=True)
    sent.append(["entry_new", 0, 0, answer.status_code])
    return sent


def _until_done(client: Any, address: str) -> None:
    for _ in range(SECONDS * 5):
        if "See them line by line" in client.get(address, secure=True).content.decode():
            return
        time.sleep(0.2)
    raise AssertionError("the file did not come in")
