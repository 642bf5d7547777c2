"""A made set of people of whom one in five is written down twice, with the noise of real registers.

Everybody is fictional. First names are common ones of several cultures with the ways they are
written; family names are put together from syllables by the letters of each script, or taken at
random from a file of name words in two scripts (Arabic and Latin, Wikidata, CC0) where it is given.
The other script of a name comes from these tables and that file, never from the romanisation that
is measured. Proportions are this benchmark's own choice and are written down here.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

SEED = 2331
TWICE = 0.2  # of the records are a second one of somebody
NO_BIRTH, NO_MOTHER, NO_PLACE = 0.08, 0.45, 0.3
YEAR_ONLY, FIRST_JANUARY = 0.15, 0.1
CULTURES = {"arabic": 60, "kurdish": 10, "ethiopic": 10, "cyrillic": 8, "latin": 12}
KINDS = {
    "same": 6, "spelling": 16, "script": 18, "slip": 12, "space": 6, "order": 7, "missing": 8,
    "added": 4, "initial": 2, "title": 3, "year only": 4, "day and month": 3, "age": 4,
    "digits of the year": 2, "calendar": 2, "several": 3,
}  # fmt: skip

# culture → (sex, other script, ways in Latin)
_ARABIC = """
m محمد Mohammed Muhammad Mohamed Mohamad Muhamad
m أحمد Ahmed Ahmad Ahmet
m علي Ali Aly
m حسن Hassan Hasan Hacen
m حسين Hussein Husain Hussain Hossein
m خالد Khaled Khalid Haled
m يوسف Yusuf Youssef Yousif Yousef Youcef
m إبراهيم Ibrahim Ebrahim Brahim
m عبد الله Abdullah Abdallah Abdulah
m عبد الرحمن Abdulrahman Abdelrahman Abdurrahman
m عمر Omar Umar Omer
m عثمان Othman Osman Uthman
m مصطفى Mustafa Mostafa Moustapha
m محمود Mahmoud Mahmud Mahmood
m سعيد Said Saeed Sayeed
m طارق Tariq Tarek Tarik
m كريم Karim Kareem Krim
m جمال Jamal Gamal Djamel
m قاسم Qasim Kasem Gasim Qassem
m صالح Saleh Salih Salah
m نور الدين Nureddin Noureddine Nuruddin
m زكريا Zakaria Zakariya Zekeriya
m ياسر Yasser Yasir
m هشام Hisham Hicham Hesham
m رشيد Rashid Rachid Rasheed
f فاطمة Fatima Fatma Fatimah Fatemeh
f عائشة Aisha Aicha Ayesha Aysha
f مريم Maryam Mariam Meryem Mariem
f خديجة Khadija Khadijah Hadija
f زينب Zainab Zeinab Zaynab Zineb
f نور Nour Noor Nur
f ليلى Layla Leila Laila
f أمل Amal Amel
f سعاد Suad Souad Soad
f هدى Huda Hoda Houda
f رانيا Rania Raniya
f سلمى Salma Selma
f نادية Nadia Nadiya
f حليمة Halima Haleema
f ياسمين Yasmin Yasmine Yasemin
f أسماء Asma Asmaa
f رقية Ruqaya Roqaya Rukiye
f إيمان Iman Eman Imane
f هاجر Hajar Hager Hadjer
f شيماء Shaima Chaima Shaymaa
"""
_KURDISH = """
m ئازاد Azad
m ڕێبوار Rebwar Rêbwar
m کارزان Karzan
m هێمن Hemin Hêmin Hemn
m دڵشاد Dilshad Dilşad
m شێرزاد Sherzad Şêrzad Shirzad
m سەردار Sardar Serdar
m حەسەن Hasan Hesen
m محەمەد Mohammed Mihemed Muhamad
m عەلی Ali Eli
f شیرین Shirin Şîrîn
f ژیان Zhyan Jiyan Jian
f ڕۆژین Rojin Rozhin Rojîn
f نەسرین Nasrin Nesrîn
f هێڤی Hevi Hêvî
f پەروین Parwin Perwîn Parvin
f ئاڤان Avan Awan
f گوڵاڵە Gulala Golala
"""
_TITLES = {"latin": ("Mr", "Dr", "Sheikh", "Haji"), "arabic": ("السيد", "الشيخ", "الحاج")}
_FIDEL = {
    "h": 0x1200, "l": 0x1208, "m": 0x1218, "r": 0x1228, "s": 0x1230, "sh": 0x1238, "b": 0x1260,
    "t": 0x1270, "n": 0x1290, "k": 0x12A8, "w": 0x12C8, "z": 0x12D8, "y": 0x12E8, "d": 0x12F0,
    "g": 0x1308, "f": 0x1348,
}  # fmt: skip
_ORDERS = {"e": 0, "u": 1, "i": 2, "a": 3, "o": 6}
_RUSSIAN = {
    "b": "б", "v": "в", "g": "г", "d": "д", "zh": "ж", "z": "з", "k": "к", "l": "л", "m": "м", "n": "н",
    "p": "п", "r": "р", "s": "с", "t": "т", "f": "ф", "kh": "х", "ch": "ч", "sh": "ш",
    "a": "а", "e": "е", "i": "и", "o": "о", "u": "у",
}  # fmt: skip
_RUSSIAN_ENDS = (("ov", "ов"), ("enko", "енко"), ("in", "ин"), ("ev", "ев"), ("chuk", "чук"))
_LATIN = "ba be bo da di do fa fo ga gi ka ke ko la le li lo ma me mi mo na ne no pa po ra re ri ro sa se so ta te to va ve vi"
_SORANI = {
    "b": "ب", "d": "د", "f": "ف", "g": "گ", "k": "ک", "l": "ل", "m": "م", "n": "ن", "p": "پ", "r": "ر",
    "s": "س", "sh": "ش", "t": "ت", "w": "و", "z": "ز", "zh": "ژ", "h": "ه", "kh": "خ",
    "a": "ا", "e": "ە", "i": "ی", "o": "ۆ", "u": "وو",
}  # fmt: skip
_ARABIC_LETTERS = {
    "b": "ب", "d": "د", "f": "ف", "gh": "غ", "k": "ك", "l": "ل", "m": "م", "n": "ن", "r": "ر", "s": "س",
    "sh": "ش", "t": "ت", "w": "و", "z": "ز", "h": "ح", "kh": "خ", "j": "ج", "q": "ق", "y": "ي",
    "a": "ا", "i": "ي", "u": "و",
}  # fmt: skip
_OTHER_WAYS = (
    ("ou", "u"), ("u", "ou"), ("kh", "h"), ("gh", "g"), ("q", "k"), ("sh", "ch"), ("i", "y"), ("y", "i"),
    ("ee", "i"), ("i", "ee"), ("a", "e"), ("e", "a"), ("z", "dh"), ("j", "dj"), ("w", "v"), ("h", ""),
)  # fmt: skip
_ARABIC_WAYS = (("أ", "ا"), ("إ", "ا"), ("ى", "ي"), ("ة", "ه"), ("ي", "ی"), ("ك", "ک"))


@dataclass
class Word:
    """One word of a name: the ways it is written in Latin letters, and in the other script."""

    latin: tuple[str, ...]
    other: str


@dataclass
class Record:
    """One row of a register. `person` is the truth; `kind` what makes the second row differ."""

    person: int
    name: str
    birth: str
    age: int | None
    sex: str
    nationality: str
    mother: str
    place: str
    script: str
    kind: str = ""


@dataclass
class _Human:
    number: int
    culture: str
    words: list[Word]
    mother: Word
    born: date
    sex: str
    nationality: str
    place: str
    latin: bool
    ways: list[str] = field(default_factory=list)


class Maker:
    """Makes records; words: a file of name words, Latin, Arabic letters apart, a number."""

    def __init__(self, words: Path | None = None, seed: int = SEED) -> None:
        self.dice = random.Random(seed)
        self.pool = {
            "arabic": _table(_ARABIC),
            "kurdish": _table(_KURDISH),
        }
        self.families = {"arabic": _from_file(words) if words and words.exists() else []}
        if not self.families["arabic"]:
            self.families["arabic"] = self._made("arabic", 8000)
        for culture, count in (
            ("kurdish", 1500),
            ("ethiopic", 2500),
            ("cyrillic", 3000),
            ("latin", 3000),
        ):
            self.families[culture] = self._made(culture, count)
        self.dice.shuffle(self.families["arabic"])

    def records(self, count: int) -> Iterator[Record]:
        """Yield records in random order; one in five is somebody's second."""
        second = int(count * TWICE)
        made = []
        for number in range(count - second):
            human = self._human(number)
            made.append(self._written(human, ""))
            if number < second:
                kind = self.dice.choices(list(KINDS), list(KINDS.values()))[0]
                made.append(self._again(human, kind))
        self.dice.shuffle(made)
        yield from made

    def _made(self, culture: str, count: int) -> list[Word]:
        made: dict[str, Word] = {}
        while len(made) < count:
            word = self._syllables(culture)
            made.setdefault(word.latin[0], word)
        return list(made.values())

    def _syllables(self, culture: str) -> Word:
        size = self.dice.choice((2, 2, 3, 3))
        if culture == "latin":
            text = "".join(self.dice.choices(_LATIN.split(), k=size)).capitalize()
            return Word((text,), text)
        letters = {"ethiopic": _FIDEL, "cyrillic": _RUSSIAN, "kurdish": _SORANI}.get(
            culture, _ARABIC_LETTERS
        )
        vowels = [v for v in "aeiou" if v in letters or culture == "ethiopic"]
        heads = [c for c in letters if c not in "aeiou"]
        latin = other = ""
        for _ in range(size):
            head, vowel = self.dice.choice(heads), self.dice.choice(vowels)
            latin += head + vowel
            other += (
                chr(_FIDEL[head] + _ORDERS[vowel])
                if culture == "ethiopic"
                else letters[head] + letters[vowel]
            )
        if culture == "cyrillic":
            end = self.dice.choice(_RUSSIAN_ENDS)
            latin, other = latin[:-1] + end[0], other[:-1] + end[1]
        return Word((latin.capitalize(),), other)

    def _given(self, culture: str, sex: str) -> Word:
        known = self.pool.get(culture)
        if known:
            # The first ones are far commoner than the others, as everywhere.
            words = known[sex]
            return words[min(int(self.dice.expovariate(1 / 7)), len(words) - 1)]
        words = [Word(w.latin, w.other) for w in self.families[culture][:120]]
        return words[min(int(self.dice.expovariate(1 / 40)), 119)]

    def _human(self, number: int) -> _Human:
        dice = self.dice
        culture = dice.choices(list(CULTURES), list(CULTURES.values()))[0]
        sex = dice.choice(("female", "male"))
        count = dice.choice((2, 3, 3, 3, 3, 4))
        words = [self._given(culture, sex)]
        words += [self._given(culture, "male") for _ in range(count - 2)]
        families = self.families[culture]
        words.append(families[min(int(dice.expovariate(3 / len(families))), len(families) - 1)])
        where = {"arabic": ("SY", "IQ", "SD", "YE", "LY"), "kurdish": ("IQ", "SY", "TR"),
                 "ethiopic": ("ET", "ER"), "cyrillic": ("UA", "RU", "KG"), "latin": ("CD", "CF", "ML", "CO")}  # fmt: skip
        return _Human(
            number, culture, words, self._given(culture, "female"),
            date(1950, 1, 1) + timedelta(days=dice.randrange(366 * 68)), sex, dice.choice(where[culture]),
            f"Example camp {dice.randint(1, 12)}", culture == "latin" or dice.random() < 0.5,
        )  # fmt: skip

    def _written(self, human: _Human, kind: str) -> Record:
        dice = self.dice
        human.ways = [dice.choice(w.latin) if human.latin else w.other for w in human.words]
        born = human.born.isoformat()
        if dice.random() < NO_BIRTH:
            born = ""
        elif dice.random() < YEAR_ONLY:
            born = born[:4]
        elif dice.random() < FIRST_JANUARY:
            born = f"{born[:4]}-01-01"
        mother = "" if dice.random() < NO_MOTHER else self._way(human.mother, human.latin)
        place = "" if dice.random() < NO_PLACE else human.place
        script = "latin" if human.latin else human.culture
        return Record(human.number, " ".join(human.ways), born, None, human.sex, human.nationality,
                      mother, place, script, kind)  # fmt: skip

    def _way(self, word: Word, latin: bool) -> str:
        return self.dice.choice(word.latin) if latin else word.other

    def _again(self, human: _Human, kind: str) -> Record:
        ways = list(human.ways)
        was_latin = human.latin
        if kind == "script" and human.culture != "latin":
            human.latin = not human.latin
        row = self._written(human, kind)
        if kind != "script":
            row.name = " ".join(ways)  # written as it was, but for what the kind changes
        human.latin = was_latin
        kinds = (kind,)
        if kind == "several":
            kinds = tuple(
                self.dice.sample(("spelling", "slip", "order", "missing", "space", "year only"), 2)
            )
        for each in kinds:
            self._change(row, human, each)
        if self.dice.random() < 0.3:
            row.place = f"Example camp {self.dice.randint(1, 12)}"
        return row

    def _change(self, row: Record, human: _Human, kind: str) -> None:
        words, dice = row.name.split(), self.dice
        if kind == "spelling":
            row.name = self._respelt(human)
        elif kind == "slip":
            at = max(range(len(words)), key=lambda n: (len(words[n]), -n))
            words[at] = _slipped(words[at], dice)
            row.name = " ".join(words)
        elif kind == "space":
            at = dice.randrange(len(words) - 1) if len(words) > 1 else 0
            row.name = " ".join([*words[:at], "".join(words[at : at + 2]), *words[at + 2 :]])
        elif kind == "order":
            row.name = " ".join([*words[-1:], *words[:-1]])
        elif kind == "missing" and len(words) > 2:
            del words[dice.randrange(1, len(words))]
            row.name = " ".join(words)
        elif kind == "added":
            extra = self._way(self._given(human.culture, "male"), human.latin)
            row.name = " ".join([*words[:1], extra, *words[1:]])
        elif kind == "initial" and len(words) > 2:
            words[1] = words[1][0]
            row.name = " ".join(words)
        elif kind == "title":
            titles = _TITLES["arabic" if human.culture == "arabic" and not human.latin else "latin"]
            row.name = f"{dice.choice(titles)} {row.name}"
        else:
            _change_birth(row, human, kind)

    def _respelt(self, human: _Human) -> str:
        made = []
        for word, way in zip(human.words, human.ways, strict=True):
            others = [each for each in word.latin if each != way]
            if human.latin and others:
                made.append(self.dice.choice(others))
            else:
                ways = _OTHER_WAYS if human.latin else _ARABIC_WAYS
                able = [pair for pair in ways if pair[0] in way[1:]]
                old, new = self.dice.choice(able) if able and len(way) > 4 else ("", "")
                made.append(way[:1] + way[1:].replace(old, new, 1) if old else way)
        return " ".join(made)


def _change_birth(row: Record, human: _Human, kind: str) -> None:
    born = human.born
    if kind == "year only":
        row.birth = str(born.year)
    elif kind == "day and month" and born.day <= 12:
        row.birth = f"{born.year}-{born.day:02}-{born.month:02}"
    elif kind == "age":
        row.birth, row.age = "", 2026 - born.year + (-1, 0, 0, 1)[born.day % 4]
    elif kind == "digits of the year":
        text = str(born.year)
        row.birth = f"{text[:2]}{text[3]}{text[2]}{born.isoformat()[4:]}"
    elif kind == "calendar" and human.culture in {"arabic", "ethiopic"}:
        row.birth = _other_calendar(born, human.culture)


def _other_calendar(born: date, culture: str) -> str:
    """Return a day of the tabular Islamic or of the Ethiopian calendar, by their epochs."""
    if culture == "ethiopic":
        days = born.toordinal() - date(8, 8, 27).toordinal()  # 1 Mäskäräm 1, proleptic Gregorian
        cycle, rest = divmod(days, 1461)
        year = 4 * cycle + min(rest // 365, 3) + 1
        inside = rest - 365 * min(rest // 365, 3)
        return f"{year}-{inside // 30 + 1:02}-{inside % 30 + 1:02}"
    days = born.toordinal() - date(622, 7, 19).toordinal()
    year = (30 * days + 10646) // 10631
    start = (year - 1) * 354 + (3 + 11 * year) // 30
    inside = days - start
    month = min(12, int((inside + 0.5) // 29.5) + 1)
    return f"{year}-{month:02}-{inside - int(29.5 * (month - 1) + 0.99) + 1:02}"


def _slipped(word: str, dice: random.Random) -> str:
    at = dice.randrange(1, len(word)) if len(word) > 1 else 0
    letter = dice.choice(word)
    kind = dice.choice(("drop", "double", "change", "swap"))
    if kind == "drop" and len(word) > 3:
        return word[:at] + word[at + 1 :]
    if kind == "double":
        return word[:at] + letter + word[at:]
    if kind == "swap" and at + 1 < len(word):
        return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    return word[:at] + letter + word[at + 1 :]


def _table(text: str) -> dict[str, list[Word]]:
    made: dict[str, list[Word]] = {"male": [], "female": []}
    for line in text.strip().splitlines():
        sex, *parts = line.split(" ")
        latin = [part for part in parts if part[0] < "ɐ"]
        other = " ".join(part for part in parts if part[0] >= "ɐ")
        made["male" if sex == "m" else "female"].append(Word(tuple(latin), other))
    return made


def _from_file(path: Path) -> list[Word]:
    """Return name words in two scripts; at least four letters in both, one Arabic for each."""
    made: dict[str, Word] = {}
    for line in path.read_text("utf-8").splitlines():
        latin, arabic, *_ = line.split("\t")
        other = arabic.replace(" ", "")
        if latin.isascii() and latin.isalpha() and 4 <= len(latin) <= 11 and len(other) >= 4:
            made.setdefault(other, Word((latin.capitalize(),), other))
    return list(made.values())
