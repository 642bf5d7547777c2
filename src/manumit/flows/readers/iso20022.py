"""ISO 20022: account reports, statements and notes (camt.052, .053, .054), and credit transfers
(pain.001, pacs.008), of any version: elements are known by their local names.

Streamed: a message of any length is held one entry at a time. Nothing outside of the file is fetched;
a message that brings definitions of its own (a DTD, entities) is refused, since none ever has any.

An entry of a statement that collects several payments gives a row each where each has its amount. The
direction is the one in which it was booked: a reversal of money out is money in.
"""

import functools
import io
import re
from collections.abc import Iterator
from typing import Any, BinaryIO, TypeAlias

from lxml import etree

from manumit.flows import batch
from manumit.flows.readers import faults, how, messages

_STATEMENTS = ("BkToCstmrStmt", "BkToCstmrAcctRpt", "BkToCstmrDbtCdtNtfctn")
_TRANSFERS = ("CstmrCdtTrfInitn", "FIToFICstmrCdtTrf")
_REPORTS = ("Stmt", "Rpt", "Ntfctn")
_TAGS = [f"{{*}}{name}" for name in ("Acct", "Ntry", "CdtTrfTxInf", "PmtInf", *_REPORTS)]
_SAFE = {
    "resolve_entities": False,
    "no_network": True,
    "load_dtd": False,
    "huge_tree": False,
    "remove_comments": True,
    "remove_pis": True,
}
_CHUNK = 1 << 18
_SILENT = 64 << 20  # bytes without a movement, after which a message is none
_ENVELOPE = 60  # elements that may stand before the message begins
# the first versions called the message by its number
_FIRST = re.compile(r"(camt\.05[234]|pain\.001|pacs\.008)\.001\.\d\d")
_FRACTION = re.compile(r"[.,]\d+")
FORMATS = ("%Y-%m-%dT%H:%M:%S%z", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d")
_CUT = {
    etree.ErrorTypes.ERR_TAG_NOT_FINISHED,
    etree.ErrorTypes.ERR_GT_REQUIRED,
    etree.ErrorTypes.ERR_CDATA_NOT_FINISHED,
    etree.ErrorTypes.ERR_COMMENT_NOT_FINISHED,
    etree.ErrorTypes.ERR_ATTRIBUTE_NOT_FINISHED,
    etree.ErrorTypes.ERR_DOCUMENT_END,
}
_LIMITS = {114}  # libxml2: XML_ERR_RESOURCE_LIMIT
Element: TypeAlias = Any  # lxml has no types of its own


def read(stream: BinaryIO, asked: how.Reading) -> Iterator[batch.Batch]:
    """Yield the rows of a message. Raises batch.Unreadable."""
    notes: dict[str, int] = {}
    found = _Message(stream, notes).rows()
    yield from messages.batches(found, messages.mapping("iso20022", FORMATS), asked, notes)


class _Message:
    """Goes through a message once."""

    def __init__(self, stream: BinaryIO, notes: dict[str, int]) -> None:
        self.stream, self.notes = stream, notes
        self.account: messages.Row = {}

    def rows(self) -> Iterator[messages.Found]:
        """Yield each movement as it ends; what lies between two of them has a limit too."""
        first = self.stream.read(_CHUNK)
        _known(first)
        parser = etree.XMLPullParser(events=("end",), tag=_TAGS, **_SAFE)
        chunk, silent = first, 0
        try:
            while chunk:
                parser.feed(chunk)
                silent += len(chunk)
                for _, element in parser.read_events():
                    silent = 0
                    yield from self._ended(_name(element), element)
                if silent > _SILENT:
                    raise faults.unreadable("xml_deep")
                chunk = self.stream.read(_CHUNK)
            parser.close()
        except etree.XMLSyntaxError as error:
            raise _damaged(error) from None

    def _ended(self, name: str, element: Element) -> Iterator[messages.Found]:
        parent = element.getparent()
        if parent is None:
            return
        if name == "Acct" and _name(parent) in _REPORTS:
            self.account = _account(element)
        elif name == "Ntry" and _name(parent) in _REPORTS:
            yield from self._entry(element)
            _forget(element)
        elif name == "CdtTrfTxInf":
            yield self._transfer(element, parent)
            _forget(element)
        elif name in (*_REPORTS, "PmtInf"):
            self.account = {}
            _forget(element)

    def _entry(self, entry: Element) -> Iterator[messages.Found]:
        line = entry.sourceline or 0
        if (_text(entry, "Sts/Cd") or _text(entry, "Sts") or "BOOK") != "BOOK":
            yield faults.rejected(line, "row", "not_booked", _raw(entry))
            return
        if not self.account.get("id"):
            yield faults.rejected(line, "account", "element_missing", _raw(entry))
            return
        details = entry.findall("{*}NtryDtls/{*}TxDtls")
        if len(details) > 1 and all(_amount(part) is not None for part in details):
            for part in details:
                yield self._booked(entry, part, _amount(part))
            return
        if len(details) > 1 or (_text(entry, "NtryDtls/Btch/NbOfTxs") or "1") != "1":
            self.notes["batch_booked"] = self.notes.get("batch_booked", 0) + 1
        detail = details[0] if len(details) == 1 else None
        yield self._booked(entry, detail, entry.find("{*}Amt"))

    def _booked(
        self, entry: Element, detail: Element | None, amount: Element | None
    ) -> messages.Found:
        """Return the row of an entry, or of one payment in it."""
        line = (entry if detail is None else detail).sourceline or 0
        where = entry if detail is None else detail
        direction = _text(where, "CdtDbtInd") or _text(entry, "CdtDbtInd")
        if amount is None or direction not in ("CRDT", "DBIT"):
            lacks = "amount" if amount is None else "direction"
            return faults.rejected(line, lacks, "element_missing", _raw(entry))
        out = direction == "DBIT"
        code = _codes(where) or _codes(entry)
        other = _party(where, "RltdPties/", "Cdtr" if out else "Dbtr", "RltdAgts/")
        own = self.account
        here, there = (own, other) if out else (other, own)
        reference = _text(where, "Refs/AcctSvcrRef") or ("" if detail is not None and where is not
                                                         entry and _several(entry) else
                                                         _text(entry, "AcctSvcrRef"))  # fmt: skip
        return {
            "line": str(line),
            "at": _moment(entry, "BookgDt") or _moment(entry, "ValDt"),
            **_ends(here, there),
            "amount": (amount.text or "").strip(),
            "currency": amount.get("Ccy") or own.get("currency", ""),
            "kind": _way(code),
            "purpose": messages.codes("purpose").get(_text(where, "Purp/Cd"), ""),
            "reference": _numbered(own.get("servicer", ""), reference),
            "text": _words(where, "RmtInf/Ustrd") or _text(where, "AddtlTxInf")
            or _text(entry, "AddtlNtryInf"),
        }  # fmt: skip

    def _transfer(self, transfer: Element, parent: Element) -> messages.Found:
        """Return the row of a credit transfer; what is said once for all stands in the parent."""
        line = transfer.sourceline or 0
        amount = next(
            (found for path in ("IntrBkSttlmAmt", "Amt/InstdAmt", "Amt/EqvtAmt/Amt", "InstdAmt")
             if (found := transfer.find(_path(path))) is not None), None)  # fmt: skip
        if amount is None:
            return faults.rejected(line, "amount", "element_missing", _raw(transfer))
        payer = _party(transfer, "", "Dbtr", "")
        if not (payer.get("id") or payer.get("name")):
            payer = _party(parent, "", "Dbtr", "")
        group = parent.find("{*}GrpHdr")
        at = (
            _text(transfer, "AccptncDtTm")
            or _text(transfer, "IntrBkSttlmDt")
            or _moment(parent, "ReqdExctnDt")
            or (
                _text(group, "IntrBkSttlmDt") or _text(group, "CreDtTm")
                if group is not None
                else ""
            )
        )
        reference = _text(transfer, "PmtId/UETR") or _numbered(
            payer.get("agent", ""),
            _text(transfer, "PmtId/TxId") or _text(transfer, "PmtId/InstrId"),
        )
        return {
            "line": str(line),
            "at": _even(at),
            **_ends(payer, _party(transfer, "", "Cdtr", "")),
            "amount": (amount.text or "").strip(),
            "currency": amount.get("Ccy") or "",
            "kind": "transfer",
            "purpose": messages.codes("purpose").get(_text(transfer, "Purp/Cd"), ""),
            "reference": reference,
            "text": _words(transfer, "RmtInf/Ustrd"),
        }


def _known(head: bytes) -> None:
    """Refuse a message that is not read here, or brings definitions, by its first elements.

    The business envelope may be around it.
    """
    seen = 0
    try:
        for _, element in etree.iterparse(io.BytesIO(head), events=("start",), **_SAFE):
            if not seen and element.getroottree().docinfo.doctype:
                raise faults.unreadable("xml_entity", line=1)
            name, seen = _name(element), seen + 1
            if name in _STATEMENTS or name in _TRANSFERS or _FIRST.fullmatch(name):
                return
            if seen > _ENVELOPE:
                break
    except etree.XMLSyntaxError as error:
        raise _damaged(error) from None
    raise faults.unreadable("xml_unknown", line=1)


def _damaged(error: etree.XMLSyntaxError) -> batch.Unreadable:
    line = error.lineno or 1
    if error.code in _LIMITS:
        return faults.unreadable("xml_deep", line=line)
    if error.code in _CUT:
        return faults.unreadable("truncated", line=line)
    entity = "entity" in str(error).lower()
    return faults.unreadable("xml_entity" if entity else "xml_bad", line=line)


def _forget(element: Element) -> None:
    """Let go of what was read, and of what stands before it, so that memory does not grow."""
    element.clear()
    while (before := element.getprevious()) is not None and _name(before) == _name(element):
        parent = element.getparent()
        if parent is None:
            return
        parent.remove(before)


def _name(element: Element) -> str:
    return str(element.tag).rpartition("}")[2]


@functools.cache
def _path(path: str) -> str:
    return "/".join(f"{{*}}{part}" for part in path.split("/"))


def _text(element: Element, path: str) -> str:
    return (element.findtext(_path(path)) or "").strip()


def _words(element: Element, path: str) -> str:
    return " ".join((found.text or "").strip() for found in element.findall(_path(path)))


def _moment(element: Element, name: str) -> str:
    """Return a date or an instant, whichever of the standard's ways it is written in."""
    return _even(
        _text(element, f"{name}/DtTm") or _text(element, f"{name}/Dt") or _text(element, name)
    )


def _even(text: str) -> str:
    if "T" in text:
        return _FRACTION.sub("", text)
    return text[:10]  # a date may carry a time zone, which says nothing of a day booked


def _account(element: Element) -> messages.Row:
    identifier = _text(element, "Id/IBAN") or _text(element, "Id/Othr/Id")
    servicer = _agent(element.find("{*}Svcr/{*}FinInstnId"))
    return {
        "id": identifier,
        "name": _text(element, "Ownr/Nm") or _text(element, "Nm"),
        "currency": _text(element, "Ccy"),
        "servicer": servicer or identifier,
        "country": _text(element, "Ownr/PstlAdr/Ctry") or _country(servicer, identifier),
    }


def _party(element: Element, before: str, role: str, agents: str) -> messages.Row:
    """Return one side of a payment: its account, name, country and bank."""
    name = _text(element, f"{before}{role}/Nm") or _text(element, f"{before}{role}/Pty/Nm")
    account = element.find(_path(f"{before}{role}Acct"))
    identifier = "" if account is None else (
        _text(account, "Id/IBAN") or _text(account, "Id/Othr/Id") or _text(account, "Prxy/Id"))  # fmt: skip
    agent = _agent(element.find(_path(f"{agents}{role}Agt/FinInstnId")))
    country = _text(element, f"{before}{role}/PstlAdr/Ctry") or _text(
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
    return _text(bank, "BICFI") or _text(bank, "BIC") or _text(bank, "ClrSysMmbId/MmbId")


def _country(agent: str, identifier: str) -> str:
    """Return the country that a bank's or an account's own number names."""
    if re.fullmatch(r"[A-Z]{6}[A-Z0-9]{2}([A-Z0-9]{3})?", agent):
        return agent[4:6]
    return identifier[:2] if re.fullmatch(r"[A-Z]{2}\d{2}[A-Z0-9]{8,}", identifier) else ""


def _ends(here: messages.Row, there: messages.Row) -> messages.Row:
    return {
        "source": here.get("id", ""),
        "target": there.get("id", ""),
        "source_name": here.get("name", ""),
        "target_name": there.get("name", ""),
        "country_from": here.get("country", ""),
        "country_to": there.get("country", ""),
    }


def _amount(detail: Element) -> Element | None:
    """Return the amount of one payment in an entry, in the account's currency where it is said."""
    found = detail.find("{*}Amt")
    return found if found is not None else detail.find("{*}AmtDtls/{*}TxAmt/{*}Amt")


def _several(entry: Element) -> bool:
    return len(entry.findall("{*}NtryDtls/{*}TxDtls")) > 1


def _codes(element: Element) -> str:
    domain = _text(element, "BkTxCd/Domn/Cd")
    family = _text(element, "BkTxCd/Domn/Fmly/Cd")
    below = _text(element, "BkTxCd/Domn/Fmly/SubFmlyCd")
    return f"{domain}/{family}/{below}" if domain else ""


def _way(code: str) -> str:
    table = messages.codes("kind")
    return table.get(code) or table.get(code.rpartition("/")[0]) or "transfer"


def _numbered(whose: str, reference: str) -> str:
    """Return a bank's own number with the bank, since two banks may use the same number."""
    plain = reference.strip()
    if not plain or plain.upper() in ("NOTPROVIDED", "NONREF", "NOTAVAILABLE"):
        return ""
    return f"{whose}/{plain}"


def _raw(element: Element) -> str:
    return str(etree.tostring(element, encoding="unicode", with_tail=False))
