"""Rows of a table, as a mapping says what its columns are, checked whole columns at a time.

A table is a frame of texts with its headings; where it came from (CSV, a sheet, Parquet) is past.
"""

from datetime import timedelta

import polars

from manumit.flows import batch, kinds, money, words
from manumit.flows import mapping as mappings
from manumit.flows.readers import cells, columns, customers, faults, how

Series = polars.Series
Frame = cells.Frame
_TRANSFER = str(kinds.Kind.TRANSFER)
_VIRTUAL_PLACES = 6  # no currency of ISO 4217 has so many


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
        return customers.Customers(frame, mapping, asked).whole()
    return _Transfers(frame, mapping, asked).whole()


class _Transfers(cells.Cells):
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
                "kind": self._kind(currency),
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
        return cells.named(name).zip_with(lacks, identifier)

    def _kind(self, currency: Series) -> Series:
        """Return ways of payment: by the mapping's words, else by those that banks use."""
        if self.mapping.given("kind"):
            made = self.coded("kind").str.strip_chars().replace("", _TRANSFER)
            known = {str(kind) for kind in kinds.Kind}
            others = {w: words.kind(w) for w in made.unique().to_list() if w not in known}
            unknown = [word for word, kind in others.items() if not kind]
            self.note("kind_unknown", int(made.is_in(unknown).sum()))
            made = made.replace(list(others), [kind or _TRANSFER for kind in others.values()])
        else:
            made = self.same(_TRANSFER)
        table = money.exponents()
        virtual = [c for c in currency.unique().to_list() if table.get(c, 0) >= _VIRTUAL_PLACES]
        return made.set(
            (made == _TRANSFER) & currency.is_in(virtual), str(kinds.Kind.VIRTUAL_ASSET)
        )

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


def require(headings: tuple[str, ...], mapping: mappings.Mapping) -> None:
    """Raise batch.Unreadable when the heading lacks a column that the mapping names."""
    if lacks := missing(headings, mapping):
        raise faults.unreadable("heading_bad", line=1, detail=f"The column is “{lacks}”.")
