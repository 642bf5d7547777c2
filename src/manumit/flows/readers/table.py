"""Rows of a table, as a mapping says what its columns are, checked whole columns at a time.

A table is a frame of texts with its headings; where it came from (CSV, a sheet, Parquet) is past.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import polars

from manumit.flows import batch, kinds, money
from manumit.flows import mapping as mappings
from manumit.flows.readers import checking, columns, faults, how

Series = polars.Series
_NOTHING = r"(?i)^(-*|null|none|nan|n/a|not ?provided|nonref)$"
_ODD = r"[^0-9A-Za-z/._:-]"
_JOINED = {"at": " ", "name": " ", "text": " ", "other_name": " ", "source_name": " "}
_IBAN = r"^[A-Za-z]{2}\d{2}[ A-Za-z0-9]{8,40}$"
_TRUE, _FALSE = ("1", "true", "yes", "y", "t"), ("", "0", "false", "no", "n", "f")
LONGEST_ID = 140


@dataclass(frozen=True)
class Frame:
    """A part of a table. `typed`: dates were dates, written as ISO 8601 by whoever opened it."""

    rows: polars.DataFrame
    lines: Series
    raw: Callable[[int], str]
    typed: bool = False
    masked: tuple[tuple[str, str, Series], ...] = ()  # faults seen before: heading, reason, rows


def missing(headings: tuple[str, ...], mapping: mappings.Mapping) -> str:
    """Return the first column that the mapping names and the heading lacks; "" when there is none."""
    there = set(headings)
    named = (name for names in mapping.columns.values() for name in names)
    return next((name for name in named if name not in there), "")


def unique(headings: list[str]) -> tuple[str, ...]:
    """Return headings without outer spaces, each once: a second "Account" is "Account.1"."""
    seen: dict[str, int] = {}
    made = []
    for number, heading in enumerate(headings):
        name = heading.strip().strip("\ufeff").strip() or f"column {number + 1}"
        seen[name] = seen.get(name, -1) + 1
        made.append(f"{name}.{seen[name]}" if seen[name] else name)
    return tuple(made)


def checked(frame: Frame, mapping: mappings.Mapping, asked: how.Reading) -> batch.Batch:
    """Return the batch of a part of a table."""
    if mapping.about == "accounts":
        return _Accounts(frame, mapping, asked).whole()
    return _Transfers(frame, mapping, asked).whole()


class _Fields:
    """The fields of a frame, and the faults found so far."""

    def __init__(self, frame: Frame, mapping: mappings.Mapping, asked: how.Reading) -> None:
        self.frame, self.mapping, self.asked = frame, mapping, asked
        self.height = frame.rows.height
        self.faults = checking.Faults(self.height)
        self.notes: dict[str, int] = {}
        fields = {name: field for field, names in mapping.columns.items() for name in names}
        for heading, reason, mask in frame.masked:
            self.faults.add(fields.get(heading, heading), reason, mask)

    def note(self, code: str, count: int) -> None:
        if count:
            self.notes[code] = self.notes.get(code, 0) + count

    def column(self, name: str) -> Series:
        """Return a field as text, the constant where the cell is empty."""
        constant = self.mapping.constant.get(name, "")
        names = self.mapping.columns.get(name)
        if not names:
            return polars.repeat(constant, self.height, dtype=polars.String, eager=True)
        parts = [self.frame.rows[heading].fill_null("") for heading in names]
        made = parts[0]
        if len(parts) > 1:
            mark = _JOINED.get(name, "/")
            made = polars.select(polars.concat_str(parts, separator=mark)).to_series()
            made = made.str.strip_chars(mark) if mark == "/" else made.str.strip_chars()
        return made.replace("", constant) if constant else made

    def words(self, name: str) -> Series:
        """Return a field as text for people, without control characters."""
        if not self.mapping.given(name):
            return self.same("")
        made, count = columns.controlled(columns.even(self.column(name)))
        self.note("control_removed", count)
        if name in self.mapping.columns:
            self.note("formula_quoted", int(made.str.contains(r"^[=+\-@\t\r]\D").sum()))
        return made

    def identifier(self, name: str) -> Series:
        """Return an identifier, null where there is none. Faults: account_bad, formula."""
        if not self.mapping.given(name):
            return self.same(None)
        made = columns.western(self.column(name))
        if made.str.contains(_ODD).any():
            made = made.str.replace(r'^="([^"]*)"$', "$1").str.strip_prefix("'")
            self.faults.add(name, "formula", made.str.contains(r"^[=@]"))
            self.faults.add(name, "account_bad", made.str.contains(r"[\x00-\x1f\x7f]"))
        iban = made.str.contains(_IBAN)
        if iban.any():
            closed = made.str.replace_all(" ", "", literal=True).str.to_uppercase()
            made = closed.zip_with(iban, made)
        made = made.set(made.str.contains(_NOTHING), None)
        self.faults.add(name, "account_bad", made.str.len_bytes() > LONGEST_ID)
        return made

    def coded(self, name: str) -> Series:
        return columns.coded(self.column(name), self.mapping.codes.get(name, {}))

    def same(self, value: str | None) -> Series:
        return polars.repeat(value, self.height, dtype=polars.String, eager=True)

    def country(self, name: str) -> Series:
        if not self.mapping.given(name):
            return self.same("")
        table = self.mapping.codes.get("country", {})
        made = columns.coded(columns.even(self.column(name)), table).str.to_uppercase()
        bad = ~made.str.contains(r"^([A-Z]{2})?$")
        self.note("country_cleared", int(bad.sum()))
        return made.set(bad, "")

    def currency(self) -> Series:
        made = columns.coded(
            columns.even(self.column("currency")), self.mapping.codes.get("currency", {})
        )
        made = made.str.to_uppercase()
        empty = made == ""
        if empty.any():
            made = made.set(empty, self.asked.currency)
            self.note("currency_assumed", int(empty.sum()))
        known = money.exponents()
        unknown = [code for code in made.unique().to_list() if code not in known]
        self.faults.add("currency", "currency_unknown", made.is_in(unknown))
        return made

    def labels(self) -> tuple[Series, Series]:
        """Return pattern (null: not labelled) and instance."""
        nothing = self.same(None)
        if not (self.mapping.given("label") or self.mapping.given("label_pattern")):
            return nothing, nothing
        pattern = columns.coded(
            columns.even(self.column("label_pattern")), self.mapping.codes.get("label_pattern", {})
        )
        pattern = pattern.str.to_lowercase().str.replace_all(r"[^a-z0-9]+", "_")
        if self.mapping.given("label"):
            said = columns.even(self.column("label")).str.to_lowercase()
            self.faults.add("label", "label_bad", ~said.is_in((*_TRUE, *_FALSE)))
            yes = said.is_in(_TRUE)
        else:
            yes = pattern != ""
        instance = columns.even(self.column("label_instance")).replace("-1", "")
        return pattern.set(~yes, None), instance.set(~yes, None)

    def taken(self, made: polars.DataFrame) -> tuple[polars.DataFrame, tuple[batch.Rejected, ...]]:
        """Return the good rows, and the refusals."""
        refused = self.faults.rejected(self.frame.lines, self.frame.raw)
        return (made.filter(self.faults.good()) if refused else made), refused


class _Transfers(_Fields):
    """Movements of value."""

    def whole(self) -> batch.Batch:
        times = self._times()
        currency = self.currency()
        if self.mapping.style == "plain":
            minor = self._amount(currency)
            ends = self._plain()
        else:
            minor, out = self._directed(currency)
            ends = self._statement(out)
        neither = ends["source_id"].is_null() & ends["target_id"].is_null()
        self.faults.add("source", "account_missing", neither)
        pattern, instance = self.labels()
        made = polars.DataFrame(
            {
                "line": self.frame.lines,
                **ends,
                "place_id": self.identifier("place"),
                "device_id": self.identifier("device"),
                "at": times.at,
                "precision": times.precision,
                "local_minute": times.local_minute,
                "amount_minor": minor,
                "currency": currency,
                "kind": self._kind(),
                "purpose": self._purpose(),
                "country_from": self.country("country_from"),
                "country_to": self.country("country_to"),
                "mcc": self._mcc(),
                "reference": self._reference(),
                "text": self.words("text"),
                "label_pattern": pattern,
                "label_instance": instance,
            }
        )
        rows, refused = self.taken(made)
        self.note("currencies_mixed", int(rows["currency"].n_unique() > 1))
        rows = batch.shaped(rows)
        return batch.Batch(rows=rows, rejected=refused, notes=tuple(self.notes.items()))

    def _times(self) -> columns.Times:
        texts = self.column("at")
        if "time" in self.mapping.columns:
            joined = polars.concat_str([texts, self.column("time")], separator=" ")
            texts = polars.select(joined).to_series().str.strip_chars()
        zone = self.asked.time_zone
        times = columns.times(texts, self.mapping, zone, typed=self.frame.typed)
        self.faults.add("at", "time_missing", columns.even(texts) == "")
        for reason, mask in times.faults.items():
            self.faults.add("at", reason, mask)
        latest = self.asked.now.replace(tzinfo=None) - (self.asked.now.utcoffset() or timedelta())
        self.faults.add("at", "time_future", times.at > latest + timedelta(days=1))
        self.faults.add("at", "time_absurd", times.at.dt.year() < 1970)
        self.note("time_twice", times.twice)
        self.note("zone_assumed", times.assumed)
        return times

    def _read(self, name: str, currency: Series) -> Series:
        """Return a column's minor units with their sign, null where the cell is empty."""
        texts = self.column(name)
        if self.frame.rows.height and texts.str.contains(r"^\s*=").any():
            self.faults.add(name, "formula", texts.str.contains(r"^\s*="))
        empty = columns.even(texts) == ""
        found = columns.amounts(texts.set(empty, "0"), currency, self.mapping)
        for reason, mask in found.faults.items():
            self.faults.add(name, reason, mask)
        self.note("rounded", found.rounded)
        return found.minor.set(empty, None)

    def _amount(self, currency: Series) -> Series:
        minor = self._read("amount", currency)
        bad = self.faults.good() & minor.is_null()
        self.faults.add("amount", "amount_missing", bad)
        self.faults.add("amount", "amount_negative", minor < 0)
        self.faults.add("amount", "amount_zero", minor == 0)
        return minor

    def _directed(self, currency: Series) -> tuple[Series, Series]:
        """Return amounts above zero, and which of them went out of the own account."""
        if self.mapping.style == "two":
            debit, credit = (
                self._read(n, currency).fill_null(0).abs() for n in ("debit", "credit")
            )
            self.faults.add("debit", "amount_both", (debit > 0) == (credit > 0))
            return debit.zip_with(debit > 0, credit), debit > 0
        if self.mapping.style == "signed":
            minor = self._read("amount", currency)
            self.faults.add("amount", "amount_missing", self.faults.good() & minor.is_null())
            self.faults.add("amount", "amount_zero", minor == 0)
            return minor.abs(), (minor < 0).fill_null(False)
        minor = self._amount(currency)
        said = columns.even(self.column("direction")).str.to_lowercase()
        out = said.is_in([code.lower() for code in self.mapping.debits])
        back = said.is_in([code.lower() for code in self.mapping.credits])
        self.faults.add("direction", "direction_bad", ~(out | back))
        return minor, out

    def _plain(self) -> dict[str, Series]:
        made = {}
        for side in ("source", "target"):
            name = self.words(f"{side}_name")
            made[f"{side}_id"] = self._or_name(self.identifier(side), name)
            made[f"{side}_name"] = name
        return made

    def _statement(self, out: Series) -> dict[str, Series]:
        own, own_name = self.identifier("account"), self.words("account_name")
        self.faults.add("account", "account_missing", own.is_null())
        name = self.words("other_name")
        other = self._or_name(self.identifier("other"), name)
        return {
            "source_id": own.zip_with(out, other),
            "target_id": other.zip_with(out, own),
            "source_name": own_name.zip_with(out, name),
            "target_name": name.zip_with(out, own_name),
        }

    def _or_name(self, identifier: Series, name: Series) -> Series:
        """Return the account; where there is none, the party by its name, so that it is one party."""
        lacks = identifier.is_null() & (name != "")
        if not lacks.any():
            return identifier
        self.note("party_nameless", int(lacks.sum()))
        return named(name).zip_with(lacks, identifier)

    def _kind(self) -> Series:
        made = self.coded("kind").str.strip_chars().replace("", str(kinds.Kind.TRANSFER))
        unknown = ~made.is_in([str(kind) for kind in kinds.Kind])
        self.note("kind_unknown", int(unknown.sum()))
        return made.set(unknown, str(kinds.Kind.TRANSFER))

    def _purpose(self) -> Series:
        if not self.mapping.given("purpose"):
            return self.same("")
        made = self.coded("purpose").str.strip_chars()
        return made.set(~made.is_in([str(purpose) for purpose in kinds.Purpose]), "")

    def _mcc(self) -> Series:
        if not self.mapping.given("mcc"):
            return polars.repeat(None, self.height, dtype=polars.Int16, eager=True)
        texts = columns.western(self.column("mcc"))
        empty = texts.is_in(("", "0", "0000"))
        self.faults.add("mcc", "mcc_bad", ~(empty | texts.str.contains(r"^\d{4}$")))
        return texts.set(empty, None).cast(polars.Int16, strict=False)

    def _reference(self) -> Series:
        made = self.identifier("reference")
        whose = polars.lit(f"{self.mapping.references or self.mapping.id}/")
        return polars.select(polars.concat_str([whose, made])).to_series()


class _Accounts(_Fields):
    """What a bank's list of customers knows of accounts."""

    def whole(self) -> batch.Batch:
        account = self.identifier("account")
        self.faults.add("account", "account_missing", account.is_null())
        opened = columns.even(self.column("opened"))
        opened_on = columns.days(opened, self.mapping, typed=self.frame.typed)
        self.faults.add("opened", "time_bad", opened_on.is_null() & (opened != ""))
        kind = self.coded("account_kind").str.to_lowercase()
        holder_name = self.words("holder_name")
        pattern, instance = self.labels()
        made = polars.DataFrame(
            {
                "account_id": account,
                "name": self.words("name"),
                "kind": kind.set(~kind.is_in(mappings.ACCOUNT_KINDS), ""),
                "holder_id": self.identifier("holder"),
                "holder_name": holder_name,
                "country": self.country("country"),
                "opened_on": opened_on,
                "income_minor": self._income(),
                "address": self._joined("address"),
                "phone": self._phone(),
                "label_pattern": pattern,
                "label_instance": instance,
            }
        )
        accounts, refused = self.taken(made)
        return batch.Batch(
            rows=faults.nothing(),
            accounts=batch.shaped(accounts, batch.ACCOUNT_ROW_COLUMNS),
            rejected=refused,
            notes=tuple(self.notes.items()),
        )

    def _income(self) -> Series:
        texts = columns.even(self.column("income"))
        if not self.mapping.given("income"):
            return polars.repeat(None, self.height, dtype=polars.Int64, eager=True)
        found = columns.amounts(texts.replace("", "0"), self.currency(), self.mapping)
        for reason, mask in found.faults.items():
            self.faults.add("income", reason, mask)
        self.faults.add("income", "amount_negative", found.minor < 0)
        return found.minor.set(texts == "", None)

    def _joined(self, name: str) -> Series:
        """Return a text for comparing: one space, small letters; null where it is empty."""
        made = self.words(name).str.replace_all(r"[\s,;/]+", " ").str.to_lowercase()
        return made.str.strip_chars().set(made == "", None)

    def _phone(self) -> Series:
        made = columns.western(self.column("phone")).str.replace_all(r"[^\d]", "")
        made = made.str.strip_prefix("00")
        return made.set(made.str.len_chars() < 5, None)


def named(names: Series) -> Series:
    """Return what stands for a party known by its name alone: "name/" and the name made even."""
    even = names.str.to_lowercase().str.replace_all(r"[\s.,;:'\"-]+", " ").str.strip_chars()
    return polars.select(polars.concat_str([polars.lit("name/"), even])).to_series()


def require(headings: tuple[str, ...], mapping: mappings.Mapping) -> None:
    """Raise batch.Unreadable when the heading lacks a column that the mapping names."""
    if lacks := missing(headings, mapping):
        raise faults.unreadable("heading_bad", line=1, detail=f"The column is “{lacks}”.")
