"""The parts of a bank message in XML: texts, dates, accounts, parties and codes, by local names."""

import functools
import re
from typing import Any, TypeAlias

from manumit.flows.readers import messages

Element: TypeAlias = Any  # lxml has no types of its own
_FRACTION = re.compile(r"[.,]\d+")


def local(element: Element) -> str:
    """Return an element's name without its namespace, which differs by version."""
    return str(element.tag).rpartition("}")[2]


@functools.cache
def path(parts: str) -> str:
    """Return "A/B" as a path of local names."""
    return "/".join(f"{{*}}{part}" for part in parts.split("/"))


def text(element: Element, parts: str) -> str:
    """Return the text at a path, "" where there is none."""
    return (element.findtext(path(parts)) or "").strip()


def words(element: Element, parts: str) -> str:
    """Return all texts at a path."""
    return " ".join((found.text or "").strip() for found in element.findall(path(parts)))


def moment(element: Element, name: str) -> str:
    """Return a date or an instant, whichever of the standard's ways it is written in."""
    return even(text(element, f"{name}/DtTm") or text(element, f"{name}/Dt") or text(element, name))


def even(stamp: str) -> str:
    """Return a stamp without fractions of a second, a date without its zone."""
    if "T" in stamp:
        return _FRACTION.sub("", stamp)
    return stamp[:10]  # a date may carry a time zone, which says nothing of a day booked


def account(element: Element) -> messages.Row:
    """Return whose account a statement is of."""
    identifier = text(element, "Id/IBAN") or text(element, "Id/Othr/Id")
    servicer = _agent(element.find("{*}Svcr/{*}FinInstnId"))
    return {
        "id": identifier,
        "name": text(element, "Ownr/Nm") or text(element, "Nm"),
        "currency": text(element, "Ccy"),
        "servicer": servicer or identifier,
        "country": text(element, "Ownr/PstlAdr/Ctry") or _country(servicer, identifier),
    }


def party(element: Element, before: str, role: str, agents: str) -> messages.Row:
    """Return one side of a payment: its account, name, country and bank."""
    name = text(element, f"{before}{role}/Nm") or text(element, f"{before}{role}/Pty/Nm")
    held = element.find(path(f"{before}{role}Acct"))
    ways = ("Id/IBAN", "Id/Othr/Id", "Prxy/Id") if held is not None else ()
    identifier = next((found for kind in ways if (found := text(held, kind))), "")
    agent = _agent(element.find(path(f"{agents}{role}Agt/FinInstnId")))
    country = text(element, f"{before}{role}/PstlAdr/Ctry") or text(
        element, f"{before}{role}/Pty/PstlAdr/Ctry"
    )
    return {
        "id": identifier,
        "name": name,
        "agent": agent,
        "country": country or _country(agent, identifier),
    }


def _agent(bank: Element | None) -> str:
    if bank is None:
        return ""
    return text(bank, "BICFI") or text(bank, "BIC") or text(bank, "ClrSysMmbId/MmbId")


def _country(agent: str, identifier: str) -> str:
    """Return the country that a bank's or an account's own number names."""
    if re.fullmatch(r"[A-Z]{6}[A-Z0-9]{2}([A-Z0-9]{3})?", agent):
        return agent[4:6]
    return identifier[:2] if re.fullmatch(r"[A-Z]{2}\d{2}[A-Z0-9]{8,}", identifier) else ""


def ends(here: messages.Row, there: messages.Row) -> messages.Row:
    """Return the fields of a row for who gave and who received."""
    return {
        "source": here.get("id", ""),
        "target": there.get("id", ""),
        "source_name": here.get("name", ""),
        "target_name": there.get("name", ""),
        "country_from": here.get("country", ""),
        "country_to": there.get("country", ""),
    }


def amount(detail: Element) -> Element | None:
    """Return the amount of one payment in an entry, in the account's currency where it is said."""
    found = detail.find("{*}Amt")
    return found if found is not None else detail.find("{*}AmtDtls/{*}TxAmt/{*}Amt")


def reference(entry: Element, detail: Element | None) -> str:
    """Return the bank's own number; an entry's is not that of each payment it collects."""
    own = "" if detail is None else text(detail, "Refs/AcctSvcrRef")
    alone = detail is None or len(entry.findall("{*}NtryDtls/{*}TxDtls")) == 1
    return own or (text(entry, "AcctSvcrRef") if alone else "")


def codes(element: Element) -> str:
    """Return the bank transaction code as domain/family/sub-family."""
    domain = text(element, "BkTxCd/Domn/Cd")
    family = text(element, "BkTxCd/Domn/Fmly/Cd")
    below = text(element, "BkTxCd/Domn/Fmly/SubFmlyCd")
    return f"{domain}/{family}/{below}" if domain else ""


def way(code: str) -> str:
    """Return how value moved, by the code or its family."""
    table = messages.codes("kind")
    return table.get(code) or table.get(code.rpartition("/")[0]) or "transfer"


def numbered(whose: str, number: str) -> str:
    """Return a bank's own number with the bank, since two banks may use the same number."""
    plain = number.strip()
    if not plain or plain.upper() in ("NOTPROVIDED", "NONREF", "NOTAVAILABLE"):
        return ""
    return f"{whose}/{plain}"
