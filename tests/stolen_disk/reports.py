"""Reports through their own pages: each field of each part a new word, files too, until it left."""

from typing import Any

import signed_in
from flows import alerts_made, ledgers
from manumit.flows import models

OPEN = {"rentity_id": "12", "submission_code": "E", "report_code": "STR", "currency": "USD"}
BANK = {"swift": "EXAMJOAX"}


def type_everything(typist: Any) -> list[Any]:
    """Write a report, send it back, propose, approve and hand over; returns what was answered."""
    from django.core.files.uploadedfile import SimpleUploadedFile

    home = ledgers.bureau()
    first, second = signed_in.client_for(home.analyst), signed_in.client_for(home.head)
    alert = alerts_made.alert(home)
    alert.stage = "report"
    alert.save()
    sent = []

    def post(client: Any, name: str, where: str, /, **given: Any) -> str:
        answer = client.post(where, given, secure=True)
        sent.append([name, 0, len(sent), answer.status_code])
        return str(answer.headers.get("Location", ""))

    def words(name: str, *fields: str) -> dict[str, str]:
        return {field: str(typist.word(f"{name}: {field}")) for field in fields}

    page = post(
        first,
        "alert_report",
        f"/money/alerts/{alert.id}/report",
        profile="example-5",
        language="en",
    )
    about = OPEN | words("report_about", "rentity_branch", "entity_reference", "action")
    about["indicators"] = "CDATM"
    post(first, "report_about", f"{page}/about", **about)
    who = words("report_reporter", "occupation") | {"first_name": "Test", "last_name": "Person"}
    post(first, "report_reporter", f"{page}/reporter", **who)
    place = words("report_location", "address", "city", "state")
    coded = {"address_type": "BU", "country_code": "JO"}
    post(first, "report_location", f"{page}/location", **place, **coded)
    post(
        first,
        "report_transactions",
        f"{page}/transactions",
        **words("report_transactions", "location"),
    )
    bank = BANK | words("report_accounts", "institution_name", "branch")
    post(first, "report_accounts", f"{page}/accounts", **bank)
    person = words("report_account", "person__id_number", "person__occupation")
    post(first, "report_account", f"{page}/accounts?n=0", **person)
    told = words("report_narrative", "text")
    post(first, "report_narrative", f"{page}/narrative", language="en", **told)
    content = b"%PDF-" + str(typist.word("report_files: content")).encode()
    file = SimpleUploadedFile("statement.pdf", content)
    post(first, "report_files", f"{page}/files", file=file)
    post(first, "report", page, act="propose")
    post(second, "report", page, act="send_back", **words("report", "remark"))
    post(first, "report", page, act="propose")
    post(second, "report", page, act="approve")
    recipient = words("report_hand_over", "recipient")
    post(first, "report_hand_over", f"{page}/hand-over", basis="duty", **recipient)
    post(first, "report_reply", f"{page}/reply", reply="taken", **words("report_reply", "text"))
    shown = first.get(page, secure=True).content.decode()
    assert told["text"] in shown
    assert recipient["recipient"] in shown
    assert models.Report.objects.get(alert=alert).state == "answered"
    return sent
