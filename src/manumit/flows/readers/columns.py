"""Columns of text as amounts, times and codes: whole columns at once, each value exact.

Amounts never pass through a binary fraction: the digits before and after the decimal mark are read as
whole numbers. What cannot be read is null in the result and told by a mask, so that the row is refused
under its own line.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import polars

from manumit.flows import kinds, money
from manumit.flows import mapping as mappings

Series = polars.Series
_EASTERN = {chr(base + i): str(i) for base in (0x660, 0x6F0) for i in range(10)}
_MARKS = {"\u066b": ".", "\u066c": ",", "\u060c": ","}
_LAST_STEP = 200_000
_INVISIBLE = r"[\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]"
_SPACES = r"[\s\u00a0\u202f\u2009]"
_CONTROL = r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]"
_TYPED = ("%Y-%m-%d %H:%M:%S", "%Y-%m-%d", "%Y-%m-%dT%H:%M:%S%z")  # of cells that are dates


def even(texts: Series) -> Series:
    """Return texts without invisible marks and outer spaces; null becomes empty."""
    texts = texts.fill_null("")
    if _wide(texts):
        texts = texts.str.replace_all(_INVISIBLE, "").str.replace_all("\u00a0", " ")
    return texts.str.strip_chars()


def western(texts: Series) -> Series:
    """Return `even` texts with Arabic-Indic and Persian digits as 0 to 9."""
    texts = even(texts)
    return texts.str.replace_many({**_EASTERN, **_MARKS}) if _wide(texts) else texts


def _wide(texts: Series) -> bool:
    """Tell whether there is anything beyond ASCII."""
    return bool((texts.str.len_bytes() != texts.str.len_chars()).any())


def controlled(texts: Series) -> tuple[Series, int]:
    """Return texts without control characters, and in how many there were some."""
    found = texts.str.contains(_CONTROL)
    count = int(found.sum())
    return (texts.str.replace_all(_CONTROL, "") if count else texts), count


def coded(texts: Series, table: Mapping[str, str]) -> Series:
    """Return the code of each word, whatever its case; a word that is not in the table stays."""
    if not table:
        return texts
    folded = {word.strip().casefold(): code for word, code in table.items()}
    words = {w: folded.get(w.strip().casefold(), w) for w in texts.unique().to_list()}
    return texts.replace(list(words), list(words.values())) if words else texts


@dataclass(frozen=True)
class Amounts:
    """Minor units with their sign, null where there is none; and what is wrong, by mask."""

    minor: Series
    faults: Mapping[str, Series]
    rounded: int = 0


def amounts(texts: Series, currencies: Series, mapping: mappings.Mapping) -> Amounts:
    """Read amounts in their currencies' minor units. Faults: amount_bad, _fine, _absurd."""
    plain = _plain(western(texts), mapping)
    parts = plain.str.splitn(".", 2).struct.unnest()
    before, after = parts["field_0"], parts["field_1"].fill_null("")
    negative = before.str.starts_with("-")
    digits = before.str.strip_prefix("-")
    shaped = digits.str.contains(r"^\d+$") & after.str.contains(r"^\d*$")
    too_long = digits.str.strip_chars_start("0").str.len_bytes() > 18
    whole = digits.cast(polars.Int64, strict=False)
    places = _places(currencies)
    most = max(places.unique().to_list(), default=0) + 1
    fraction = after.str.pad_end(most, "0").str.head(most).cast(polars.Int64, strict=False)
    left = fraction // _power(most - places)
    over = after.str.tail(-most).str.contains("[1-9]")
    rest = fraction - left * _power(most - places)
    fine = (over | (rest != 0)) & shaped
    absurd = shaped & (too_long | (whole > money.LARGEST // _power(places)))
    minor = whole * _power(places) + left
    count = 0
    if mapping.rounded and fine.any():
        count = int(fine.sum())
        minor, fine = minor + _halves(rest, over, most - places, minor), fine & False
    minor = (minor * negative.cast(polars.Int64).replace({1: -1, 0: 1})).set(~shaped | absurd, None)
    return Amounts(
        minor, {"amount_bad": ~shaped, "amount_absurd": absurd, "amount_fine": fine}, count
    )


def _halves(rest: Series, over: Series, places: Series, minor: Series) -> Series:
    """Return 1 where what is cut off rounds the amount up, halves to even."""
    half = _power(places)
    twice = rest * 2
    up = (twice > half) | ((twice == half) & (over | (minor % 2 == 1)))
    return up.cast(polars.Int64)


def _places(currencies: Series) -> Series:
    table = money.exponents()
    used = [code for code in currencies.unique().to_list() if code in table]
    return currencies.replace_strict(
        used, [table[code] for code in used], default=2, return_dtype=polars.Int64
    )


def _power(places: Series) -> Series:
    used = places.unique().to_list()
    return places.replace_strict(used, [10**p for p in used], return_dtype=polars.Int64)


def _plain(texts: Series, mapping: mappings.Mapping) -> Series:
    """Return amounts with a point, digits and a leading minus; "?" where the marks do not fit."""
    mark, group = mapping.decimal, mapping.thousands
    part = _SPACES if group == " " else "['’]" if group and group in "'’" else f"\\{group}"
    grouped = rf"|\d{{1,3}}(?:{part}\d{{2,3}})*{part}\d{{3}}" if group else ""
    shape = rf"^-?(?:\d+{grouped})(?:\{mark}\d*)?$"
    fits = texts.str.contains(shape)
    if not fits.all():
        texts = _tidied(texts, mark)
        fits = texts.str.contains(shape)
    if group:
        texts = texts.str.replace_all(part, "")
    if mark == ",":
        texts = texts.str.replace(",", ".", literal=True)
    return texts if fits.all() else texts.set(~fits, "?")


def _tidied(texts: Series, mark: str) -> Series:
    """Return amounts as accountants and pages write them with the sign in front and no currency."""
    made = texts.str.replace(r"^\((.+)\)$", "-$1").str.replace(r"^(.+?)\s*([-+])$", "$2$1")
    made = made.str.replace(r"^([-+]?)\s*[€$£¥₪₹]\s*|\s*[€$£¥₪₹]$", "$1")
    made = made.str.strip_prefix("+").str.replace("\u2212", "-", literal=True)
    made = made.str.replace(r"^-\s*(CR|DR)?", "-").str.strip_chars()
    return made.str.replace(rf"^(-?)\{mark}", f"${{1}}0{mark}")


@dataclass(frozen=True)
class Times:
    """UTC without a mark, how exact, and the minute of the day where it happened."""

    at: Series
    precision: Series
    local_minute: Series
    faults: Mapping[str, Series]
    twice: int = 0
    assumed: int = 0


def times(texts: Series, mapping: mappings.Mapping, zone: str, *, typed: bool = False) -> Times:
    """Read times by the mapping's formats, the first that fits. Faults: time_bad, time_gap.

    Naive times are local to the mapping's zone, else to `zone`. What the clocks jump over is a fault;
    what comes twice is read as the first.
    """
    texts = western(texts)
    if mapping.formats == (mappings.STEP,):
        return _steps(texts)
    local = polars.repeat(None, len(texts), dtype=polars.Datetime("us"), eager=True)
    utc = local.clone()
    exact = polars.repeat(None, len(texts), dtype=polars.UInt8, eager=True)
    extra = _TYPED if typed else ()
    for form in dict.fromkeys((*extra, *mapping.formats)):
        missing = local.is_null()
        if not missing.any():
            break
        here, there = _parsed(texts, form)
        fits = missing & here.is_not_null()
        local, utc = here.zip_with(fits, local), there.zip_with(fits, utc)
        exact = exact.set(fits, int(_precision(form, mapping.precision)))
    utc, gap, twice, assumed = _from_local(local, utc, mapping.zone or zone)
    minute = (local.dt.hour().cast(polars.Int16) * 60 + local.dt.minute()).cast(polars.Int16)
    minute = minute.set((exact >= int(kinds.Precision.DAY)).fill_null(True), None)
    bad = local.is_null()
    counted = assumed if not mapping.zone else 0
    return Times(utc, exact, minute, {"time_bad": bad, "time_gap": gap}, twice, counted)


def _steps(texts: Series) -> Times:
    days = texts.cast(polars.Int32, strict=False)
    bad = (days.is_null() | (days < 0) | (days > _LAST_STEP)).fill_null(True)
    at = days.set(bad, None).cast(polars.Date).cast(polars.Datetime("us"))
    precision = polars.repeat(int(kinds.Precision.STEP), len(texts), dtype=polars.UInt8, eager=True)
    nothing = polars.repeat(None, len(texts), dtype=polars.Int16, eager=True)
    return Times(at, precision, nothing, {"time_bad": bad, "time_gap": bad & False})


def _parsed(texts: Series, form: str) -> tuple[Series, Series]:
    """Return local times, and UTC where the text itself says how far off it is (else null)."""
    stamp = polars.Datetime("us")
    nothing = polars.repeat(None, len(texts), dtype=stamp, eager=True)
    if form == "%s":
        seconds = texts.set(texts.str.len_bytes() > 10, None).cast(polars.Int64, strict=False)
        at = (seconds * 1_000_000).cast(stamp)
        return at, at
    if "%z" in form:
        offset = texts.str.replace(r"(?i)z$", "+00:00").str.replace(r"([+-]\d\d)$", "$1:00")
        utc = offset.str.to_datetime(form, strict=False, time_unit="us", time_zone="UTC")
        naive = offset.str.replace(r"\s*[+-]\d\d:?\d\d$", "")
        local = naive.str.to_datetime(form.replace("%z", "").strip(), strict=False, time_unit="us")
        return local, utc.dt.replace_time_zone(None)
    if any(mark in form for mark in ("%H", "%I", "%T", "%R")):
        return texts.str.to_datetime(form, strict=False, time_unit="us"), nothing
    return texts.str.to_date(form, strict=False).cast(stamp), nothing


def _precision(form: str, said: str) -> kinds.Precision:
    if said:
        return kinds.Precision[said.upper()]
    if "%S" in form or "%s" in form or "%T" in form:
        return kinds.Precision.SECOND
    if any(mark in form for mark in ("%H", "%I", "%R")):
        return kinds.Precision.MINUTE
    return kinds.Precision.DAY


def _from_local(local: Series, utc: Series, zone: str) -> tuple[Series, Series, int, int]:
    naive = local.is_not_null() & utc.is_null()
    if zone in ("UTC", "Etc/UTC") or not naive.any():
        return local.zip_with(naive, utc), naive & False, 0, int(naive.sum())
    counted = int(naive.sum())
    first = local.dt.replace_time_zone(zone, ambiguous="null", non_existent="null")
    gap, twice = naive & False, 0
    if first.null_count() > local.null_count():
        plain = first
        first = local.dt.replace_time_zone(zone, ambiguous="earliest", non_existent="null")
        gap = naive & first.is_null()
        twice = int((naive & plain.is_null() & first.is_not_null()).sum())
    moved = first.dt.convert_time_zone("UTC").dt.replace_time_zone(None)
    return moved.zip_with(naive, utc), gap, twice, counted


def days(texts: Series, mapping: mappings.Mapping, *, typed: bool = False) -> Series:
    """Return dates, null where there is none that can be read."""
    return times(texts, mapping, "UTC", typed=typed).at.dt.date()
