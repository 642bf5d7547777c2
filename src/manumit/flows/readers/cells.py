"""The cells of a part of a table, field by field as a mapping names them, and the faults so far."""

from collections.abc import Callable
from dataclasses import dataclass

import polars

from manumit.flows import batch, money
from manumit.flows import mapping as mappings
from manumit.flows.readers import checking, columns, how

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


class Cells:
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
        """Tell that something was done to some rows all the same."""
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
        """Return a field as the codes that the mapping has for its words."""
        return columns.coded(self.column(name), self.mapping.codes.get(name, {}))

    def same(self, value: str | None) -> Series:
        """Return one value for every row."""
        return polars.repeat(value, self.height, dtype=polars.String, eager=True)

    def country(self, name: str) -> Series:
        """Return countries of ISO 3166; what is none is left out, and told."""
        if not self.mapping.given(name):
            return self.same("")
        table = self.mapping.codes.get("country", {})
        made = columns.coded(columns.even(self.column(name)), table).str.to_uppercase()
        bad = ~made.str.contains(r"^([A-Z]{2})?$")
        self.note("country_cleared", int(bad.sum()))
        return made.set(bad, "")

    def currency(self) -> Series:
        """Return currencies of ISO 4217. Faults: currency_unknown."""
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


def named(names: Series) -> Series:
    """Return what stands for a party known by its name alone: "name/" and the name made even."""
    even = names.str.to_lowercase().str.replace_all(r"[\s.,;:'\"-]+", " ").str.strip_chars()
    return polars.select(polars.concat_str([polars.lit("name/"), even])).to_series()
