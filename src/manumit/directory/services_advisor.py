"""Reads the two service files of the Services Advisor (UNHCR Jordan): English and Arabic.

What had to be decided, each from a look at all 562 entries:

- Identifiers repeat: 13 of them stand for two services each. An entry is known by identifier and
  activity together, and the two files are joined by both.
- Where the files disagree, the English value counts, because the Arabic one is a fixed function
  of it (every "Open to all" became "serious medical condition"): a translation table that went
  wrong, not another fact. The disagreement stays on the entry as a note, and readers of Arabic
  are shown our own words for the code.
- "13:00pm" under "Office open at", always with a second time and never with a closing time, is
  the closing time. "12:00am" followed by a close at 15:00 is read as noon, the narrower reading:
  nobody is sent to a shut door.
- An end date of 2014 to 2016 does not remove a service; it makes it stale until someone asks.
- "Referral required: Yes" stands on every entry, also where referrals are not accepted; the
  answer to the question on the referral method counts.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, time
from typing import Any

from manumit.directory import codes, jsontext, needs
from manumit.directory.entry import (
    Entry,
    Hours,
    Note,
    Problem,
    Reading,
    Rejected,
    Unreadable,
    problems,
    reject,
)

DATA = codes.load("services_advisor.toml")
ABOUT: dict[str, Any] = DATA["about"]
SOURCE: str = ABOUT["source"]
_ENDING = re.compile(r"\s+")
_ARABIC = re.compile(r"[؀-ۿ]")
_LATIN = re.compile(r"[A-Za-z]{2,}")
_ACRONYMS = frozenset({"UNHCR", "RAIS", "UASC", "EJC", "GBV", "MOI", "ASC"})

Feature = Mapping[str, Any]


class _RowError(Exception):
    """A feature that cannot become an entry."""

    def __init__(self, field: str, reason: str, cure: str) -> None:
        super().__init__(reason)
        self.problem = Problem(field, reason, cure)


@dataclass(frozen=True)
class _Pair:
    """One service in both languages, with its answers by question: topic -> words."""

    en: Feature
    ar: Feature | None
    said: Mapping[str, tuple[str, ...]]
    said_ar: Mapping[str, tuple[str, ...]]

    def word(self, key: str) -> str:
        return tidy(str(self.en["properties"].get(key, "")))

    def word_ar(self, key: str) -> str:
        return tidy(str(self.ar["properties"].get(key, ""))) if self.ar else ""


def is_arabic(features: Sequence[Any]) -> bool:
    """Tell whether a file is the Arabic one, by the questions it asks."""
    return any(
        _ARABIC.search(key)
        for feature in features[:50]
        if isinstance(feature, Mapping) and isinstance(feature.get("properties"), Mapping)
        for key in feature["properties"]
    )


def tidy(text: str) -> str:
    """Return the text with runs of blanks made one."""
    return _ENDING.sub(" ", text).strip()


def key(feature: Feature) -> tuple[str, str]:
    """Return what names a service: identifier and activity."""
    return str(feature.get("id", "")), str(feature["properties"].get("activity", ""))


def read(
    file: str, english: Sequence[Any], arabic: Sequence[Any] = (), *, arabic_file: str = ""
) -> Reading:
    """Return entries and rejected rows of the two files; `line` is the place in the list."""
    translations: dict[tuple[str, str], Feature] = {}
    entries: list[tuple[int, Entry]] = []
    rejected: list[Rejected] = []
    for line, feature in enumerate(arabic, 1):
        try:
            translations.setdefault(key(_checked(feature)), feature)
        except _RowError as bad:
            rejected.append(
                reject("services-advisor", arabic_file or file, line, bad.problem, _raw(feature))
            )
    seen: set[tuple[str, str]] = set()
    for line, feature in enumerate(english, 1):
        try:
            entry = _entry(_checked(feature), translations, seen)
        except _RowError as bad:
            rejected.append(
                reject("services-advisor", file, line, bad.problem, _raw(feature), source=SOURCE)
            )
            continue
        found = problems(entry)
        if found:
            ids = {"source": SOURCE, "source_id": entry.source_id}
            rejected.append(reject("services-advisor", file, line, found[0], _raw(feature), **ids))
        else:
            entries.append((line, entry))
    rejected += _orphans(arabic_file or file, arabic, seen)
    return Reading(SOURCE, tuple(entries), tuple(rejected))


def _raw(feature: Any) -> Mapping[str, Any]:
    return feature if isinstance(feature, Mapping) else {"value": feature}


def _orphans(file: str, arabic: Sequence[Any], seen: set[tuple[str, str]]) -> list[Rejected]:
    """Return the Arabic entries that no English entry claims."""
    problem = Problem(
        "id",
        "The English file has no service with this identifier and activity.",
        "Give the English file of the same day.",
    )
    return [
        reject("services-advisor", file, line, problem, feature)
        for line, feature in enumerate(arabic, 1)
        if isinstance(feature, Mapping)
        and isinstance(feature.get("properties"), Mapping)
        and key(feature) not in seen
    ]


def _checked(feature: Any) -> Feature:
    if not isinstance(feature, Mapping) or not isinstance(feature.get("properties"), Mapping):
        raise _RowError("properties", "The item is no service.", "Give a feature with properties.")
    if not isinstance(feature["properties"].get("indicators") or {}, Mapping):
        raise _RowError("indicators", "The parts are no list of names.", "Give names with numbers.")
    if not key(feature)[0] or not key(feature)[1]:
        raise _RowError("id", "The service has no identifier or no activity.", "Give both.")
    return feature


def _entry(
    feature: Feature,
    translations: Mapping[tuple[str, str], Feature],
    seen: set[tuple[str, str]],
) -> Entry:
    named = key(feature)
    if named in seen:
        raise _RowError("id", "This service is in the file twice.", "Remove one of the two.")
    seen.add(named)
    other = translations.get(named)
    pair = _Pair(feature, other, _said(feature), _said(other) if other else {})
    notes: list[Note] = []
    entry = _named(pair, notes)
    entry = _where(entry, pair, notes)
    entry = _when(entry, pair, notes)
    entry = _whom(entry, pair, notes)
    entry = _how(entry, pair, notes)
    if translations and other is None:
        notes.append(Note("", "no_translation", "The Arabic file does not have this service."))
    return replace(entry, notes=tuple(dict.fromkeys(notes)))


def _said(feature: Feature) -> dict[str, tuple[str, ...]]:
    """Return the answers by topic; only those marked true count."""
    answers: dict[str, tuple[str, ...]] = {}
    for question, values in feature["properties"].items():
        if not isinstance(values, Mapping) or question == "indicators":
            continue
        topic = DATA["questions"].get(question.split(".")[0]) or DATA["questions"].get(question)
        if topic is None:
            raise _RowError(question, "This question is not known.", "Add it to the reading list.")
        answers[topic] = tuple(text for text, marked in values.items() if marked)
    return answers


def _codes(pair: _Pair, topic: str, notes: list[Note]) -> tuple[str, ...]:
    """Return the meanings of the English answers; note where the Arabic means another."""
    meanings, meanings_ar = DATA[topic]["en"], DATA[topic]["ar"]
    given = []
    for text in pair.said.get(topic, ()):
        if text not in meanings:
            raise _RowError(topic, f"{text!r} is not known.", f"Use one of: {', '.join(meanings)}.")
        given.append(meanings[text])
    if pair.ar is not None:
        texts = pair.said_ar.get(topic, ())
        told = {meanings_ar.get(text, "?") for text in texts}
        if told != set(given):
            words = "; ".join(texts) or "nothing"
            english = "; ".join(pair.said.get(topic, ())) or "nothing"
            notes.append(
                Note(
                    topic,
                    "files_disagree",
                    f"The English file says “{english}”, the Arabic file “{words}”. "
                    "The English is used; ask when it matters.",
                )
            )
    return tuple(dict.fromkeys(given))


def _arabic_text(text: str, english: str, field: str, notes: list[Note]) -> str:
    """Return an Arabic text fit to be shown, "" where it is none; says why not."""
    if not text:
        return ""
    for wrong in DATA["wrong"]:
        if wrong["contains"] in text:
            notes.append(
                Note(field, "mistranslated", f"Not shown in Arabic: {wrong['reason']} (“{text}”).")
            )
            return ""
    latin = [word for word in _LATIN.findall(text) if word not in _ACRONYMS]
    if latin or not _ARABIC.search(text):
        notes.append(
            Note(field, "untranslated", f"The Arabic file leaves this in English: “{english}”.")
        )
        return ""
    return text


def _named(pair: _Pair, notes: list[Note]) -> Entry:
    named = key(pair.en)
    activity = DATA["activities"].get(named[1])
    if activity is None:
        raise _RowError(
            "activity", f"Activity {named[1]} is not known.", "Add it to the reading list."
        )
    name = pair.word("activityName")
    arabic = activity.get("ar") or _arabic_text(pair.word_ar("activityName"), name, "name", notes)
    if "name" in activity and activity["name"] != name:
        notes.append(Note("name", "spelling", f"The file writes “{name}”."))
        name = activity["name"]
    if "ar" in activity:
        written = pair.word_ar("activityName")
        if written:
            notes.append(Note("name", "spelling", f"The Arabic file writes “{written}”."))
    parts, parts_ar = _parts(pair, notes)
    partner = pair.word("partnerName")
    return Entry(
        source=SOURCE,
        source_id=f"{named[0]}/{named[1]}",
        organisation=partner,
        organisation_id=partner,
        name=name,
        name_i18n={"ar": arabic} if arabic else {},
        needs=needs.of_activity(activity["needs"], parts, DATA["parts"]),
        description="; ".join(tidy(part) for part in parts),
        description_i18n={"ar": "؛ ".join(parts_ar)} if parts_ar else {},
        sex=activity.get("sex", ""),
    )


def _parts(pair: _Pair, notes: list[Note]) -> tuple[list[str], list[str]]:
    """Return the offered parts of the activity in both languages."""
    listed = pair.en["properties"].get("indicators") or {}
    offered = [part for part, number in listed.items() if number]
    if not offered:
        notes.append(
            Note("description", "nothing_offered", "The file marks none of its parts as offered.")
        )
    if pair.ar is None:
        return offered, []
    arabic = list((pair.ar["properties"].get("indicators") or {}).items())
    if len(arabic) != len(listed):
        notes.append(Note("description", "files_disagree", "The two files list different parts."))
        return offered, []
    shown = []
    for (english, number), (text, _) in zip(listed.items(), arabic, strict=True):
        if number:
            fit = _arabic_text(tidy(text), tidy(english), "description", notes)
            shown += [fit] if fit else []
    return offered, shown


def _where(entry: Entry, pair: _Pair, notes: list[Note]) -> Entry:
    try:
        longitude, latitude = (float(x) for x in pair.en["geometry"]["coordinates"])
    except (KeyError, TypeError, ValueError):
        raise _RowError(
            "geometry", "The point cannot be read.", "Give [longitude, latitude] as numbers."
        ) from None
    if pair.ar is not None and pair.ar.get("geometry") != pair.en.get("geometry"):
        notes.append(Note("place", "files_disagree", "The two files give different points."))
    place = pair.word("locationName")
    precision = _precision(place)
    if precision != "point":
        notes.append(Note("place", "middle", "The point is the middle of an area, not an address."))
    arabic = _arabic_text(pair.word_ar("locationName"), place, "place", notes)
    coverage = _codes(pair, "coverage", notes)
    return replace(
        entry,
        place=place,
        place_i18n={"ar": arabic} if arabic else {},
        place_precision=precision,
        country=ABOUT["country"],
        latitude=latitude,
        longitude=longitude,
        coverage=coverage[0] if coverage else "",
    )


def _precision(place: str) -> str:
    for start, precision in DATA["places"].items():
        if place.startswith(start):
            return str(precision)
    for end, precision in DATA["place_endings"].items():
        if place.endswith(end):
            return str(precision)
    return "camp" if "Camp" in place or "Zaatari" in place or "Center" in place else "point"


def _when(entry: Entry, pair: _Pair, notes: list[Note]) -> Entry:
    frequency = _codes(pair, "frequency", notes)
    days = _codes(pair, "days", notes)
    opens = _codes(pair, "opens", notes)
    closes = _codes(pair, "closes", notes)
    always = "always" in opens or "never" in closes
    starts_on = _date(pair.word("startDate"), "startDate")
    return replace(
        entry,
        timezone=ABOUT["timezone"],
        frequency=frequency[0] if frequency else "",
        always_open=always,
        hours=() if always else _hours(days, opens, closes, pair, notes),
        starts_on=starts_on,
        ends_on=_date(pair.word("endDate"), "endDate"),
        stated_on=starts_on,
    )


def _hours(
    days: tuple[str, ...],
    opens: tuple[str, ...],
    closes: tuple[str, ...],
    pair: _Pair,
    notes: list[Note],
) -> tuple[Hours, ...]:
    begin = [t for t in opens if not t.startswith("until ")]
    end = list(closes) or [t.removeprefix("until ") for t in opens if t.startswith("until ")]
    if not closes and end:
        notes.append(
            Note("hours", "close_in_open", "The file gives 13:00 as a second opening time.")
        )
    if "12:00am" in pair.said.get("opens", ()):
        notes.append(Note("hours", "noon", "The file writes 12:00am; read as noon."))
    if any("pm" in text for text in pair.said.get("closes", ())):
        notes.append(Note("hours", "clock", "The file writes 24-hour times with “pm”."))
    if not days or not (begin or end):
        return ()
    if not begin or not end:
        notes.append(Note("hours", "half_known", "Only one end of the hours is given."))
    first = time.fromisoformat(begin[0]) if begin else None
    last = time.fromisoformat(end[0]) if end else None
    return tuple(Hours(day, first, last) for day in DATA["days"]["means"][days[0]])


def _date(text: str, field: str) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise _RowError(field, f"{text!r} is no date.", "Write it as 2014-12-31.") from None


def _whom(entry: Entry, pair: _Pair, notes: list[Note]) -> Entry:
    groups = _codes(pair, "groups", notes)
    nationality = (_codes(pair, "nationality", notes) or ("any",))[0]
    papers = (_codes(pair, "documents", notes) or ("none",))[0]
    children = bool(groups) and set(groups) <= {"child_at_risk", "unaccompanied_child"}
    if children:
        notes.append(Note("maximum_age", "derived", "Takes children only, by its intake criteria."))
    if entry.sex:
        notes.append(Note("sex", "derived", "For women and girls, by the name of the activity."))
    if nationality == "neither":
        notes.append(
            Note(
                "nationalities",
                "derived",
                "“Other nationalities” read as: no Jordanian, no Syrian.",
            )
        )
    return replace(
        entry,
        groups=groups,
        maximum_age=17 if children else None,
        nationalities={"syrian": ("SY",), "jordanian": ("JO",)}.get(nationality, ()),
        nationalities_not=("JO", "SY") if nationality == "neither" else (),
        documents=tuple(DATA["documents"]["means"][papers]),
        expired_documents=papers == "asc_moi_any",
    )


def _how(entry: Entry, pair: _Pair, notes: list[Note]) -> Entry:
    access = _codes(pair, "access", notes)
    means = [DATA["access"]["means"][code] for code in access]
    referral = _codes(pair, "referral", notes)
    refuses = "refused" in referral
    if refuses:
        notes.append(
            Note(
                "referral",
                "contradiction",
                "The file says both “Referral required” and “Referrals not accepted”. "
                "Read as: it takes no referrals, the person goes there.",
            )
        )
    step = _codes(pair, "next_step", notes)
    answer = (_codes(pair, "answer", notes) or ("",))[0]
    return replace(
        entry,
        access=tuple(c for c in codes.LISTS["access"] if any(c in m for m in means)),
        takes_referrals=not refuses,
        referral_methods=tuple(c for c in referral if c in codes.LISTS["referral_methods"]),
        next_step=step[0] if step else "",
        answer_hours=float(answer) if answer.isdigit() else None,
        answer_stated="Case by case" if answer == "case_by_case" else "",
    )


def parse(file: str, data: bytes) -> Any:
    """Return the JSON document in a file; raises `entry.Unreadable` with the line."""
    try:
        return jsontext.load(data.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise Unreadable(file, line, "It is not UTF-8 text.", "Save it as UTF-8.") from None
    except jsontext.Broken as broken:
        raise Unreadable(file, broken.line, broken.reason, broken.cure) from None
