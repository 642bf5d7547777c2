"""ISO 20022: account reports, statements and notes (camt.052, .053, .054), and credit transfers
(pain.001, pacs.008), of any version: elements are known by their local names.

Streamed: a message of any length is held one entry at a time. Nothing outside of the file is fetched;
a message that brings definitions of its own (a DTD, entities) is refused, since none ever has any.

An entry of a statement that collects several payments gives a row each where each has its amount. The
direction is the one in which it was booked: a reversal of money out is money in.
"""

import io
import re
from collections.abc import Iterator
from typing import BinaryIO

from lxml import etree

from manumit.flows import batch
from manumit.flows.readers import elements, faults, how, messages

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
Element = elements.Element


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
                    yield from self._ended(elements.local(element), element)
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
        if name == "Acct" and elements.local(parent) in _REPORTS:
            self.account = elements.account(element)
        elif name == "Ntry" and elements.local(parent) in _REPORTS:
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
        if (elements.text(entry, "Sts/Cd") or elements.text(entry, "Sts") or "BOOK") != "BOOK":
            yield faults.rejected(line, "row", "not_booked", _raw(entry))
            return
        if not self.account.get("id"):
            yield faults.rejected(line, "account", "element_missing", _raw(entry))
            return
        details = entry.findall("{*}NtryDtls/{*}TxDtls")
        if len(details) > 1 and all(elements.amount(part) is not None for part in details):
            for part in details:
                yield self._booked(entry, part, elements.amount(part))
            return
        if len(details) > 1 or (elements.text(entry, "NtryDtls/Btch/NbOfTxs") or "1") != "1":
            self.notes["batch_booked"] = self.notes.get("batch_booked", 0) + 1
        detail = details[0] if len(details) == 1 else None
        yield self._booked(entry, detail, entry.find("{*}Amt"))

    def _booked(
        self, entry: Element, detail: Element | None, amount: Element | None
    ) -> messages.Found:
        """Return the row of an entry, or of one payment in it."""
        line = (entry if detail is None else detail).sourceline or 0
        where = entry if detail is None else detail
        direction = elements.text(where, "CdtDbtInd") or elements.text(entry, "CdtDbtInd")
        if amount is None or direction not in ("CRDT", "DBIT"):
            lacks = "amount" if amount is None else "direction"
            return faults.rejected(line, lacks, "element_missing", _raw(entry))
        out = direction == "DBIT"
        code = elements.codes(where) or elements.codes(entry)
        other = elements.party(where, "RltdPties/", "Cdtr" if out else "Dbtr", "RltdAgts/")
        own = self.account
        here, there = (own, other) if out else (other, own)
        number = elements.reference(entry, detail)
        return {
            "line": str(line),
            "at": elements.moment(entry, "BookgDt") or elements.moment(entry, "ValDt"),
            **elements.ends(here, there),
            "amount": (amount.text or "").strip(),
            "currency": amount.get("Ccy") or own.get("currency", ""),
            "kind": elements.way(code),
            "purpose": messages.codes("purpose").get(elements.text(where, "Purp/Cd"), ""),
            "reference": elements.numbered(own.get("servicer", ""), number),
            "text": elements.words(where, "RmtInf/Ustrd") or elements.text(where, "AddtlTxInf")
            or elements.text(entry, "AddtlNtryInf"),
        }  # fmt: skip

    def _transfer(self, transfer: Element, parent: Element) -> messages.Found:
        """Return the row of a credit transfer; what is said once for all stands in the parent."""
        line = transfer.sourceline or 0
        amount = next(
            (found for path in ("IntrBkSttlmAmt", "Amt/InstdAmt", "Amt/EqvtAmt/Amt", "InstdAmt")
             if (found := transfer.find(elements.path(path))) is not None), None)  # fmt: skip
        if amount is None:
            return faults.rejected(line, "amount", "element_missing", _raw(transfer))
        payer = elements.party(transfer, "", "Dbtr", "")
        if not (payer.get("id") or payer.get("name")):
            payer = elements.party(parent, "", "Dbtr", "")
        group = parent.find("{*}GrpHdr")
        at = (
            elements.text(transfer, "AccptncDtTm")
            or elements.text(transfer, "IntrBkSttlmDt")
            or elements.moment(parent, "ReqdExctnDt")
            or (
                elements.text(group, "IntrBkSttlmDt") or elements.text(group, "CreDtTm")
                if group is not None
                else ""
            )
        )
        reference = elements.text(transfer, "PmtId/UETR") or elements.numbered(
            payer.get("agent", ""),
            elements.text(transfer, "PmtId/TxId") or elements.text(transfer, "PmtId/InstrId"),
        )
        return {
            "line": str(line),
            "at": elements.even(at),
            **elements.ends(payer, elements.party(transfer, "", "Cdtr", "")),
            "amount": (amount.text or "").strip(),
            "currency": amount.get("Ccy") or "",
            "kind": "transfer",
            "purpose": messages.codes("purpose").get(elements.text(transfer, "Purp/Cd"), ""),
            "reference": reference,
            "text": elements.words(transfer, "RmtInf/Ustrd"),
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
            name, seen = elements.local(element), seen + 1
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
    while (before := element.getprevious()) is not None and elements.local(
        before
    ) == elements.local(element):
        parent = element.getparent()
        if parent is None:
            return
        parent.remove(before)


def _raw(element: Element) -> str:
    return str(etree.tostring(element, encoding="unicode", with_tail=False))
