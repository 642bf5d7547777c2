"""A made register of people of nine name cultures, some written down several times. All fictional.

Each culture has its own law of frequencies: few family names for many people (Chinese and Korean, as
romanised), three generations of common first names (Arabic, Kurdish), a father's name and no family
name (Amharic), patronymics (Russian), two family names (Spanish), many rare family names (French).
Names are put together from syllables or come from the tables of `likeness`, in Latin letters. One record
in five is a further one of somebody, with one or two of the usual errors. One date in twenty is missing.
The proportions are this benchmark's own choice and stand here.
"""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import accumulate

from ground import likeness

SEED = 7
AGAIN = 0.2  # of the records are a further one of somebody
TIMES = ((1, 70), (2, 20), (3, 7), (4, 3))  # how many further ones somebody has who has any
NO_DATE, NO_NATION, OTHER_NATION, NO_PLACE, YEAR_ONLY = 0.05, 0.03, 0.03, 0.3, 0.06
ERRORS = {
    "none": 12, "slip": 24, "spelling": 30, "order": 10, "missing": 8, "day": 8, "swapped": 4,
    "year": 4,
}  # fmt: skip
_SHARES = {
    "arabic": 24, "kurdish": 6, "persian": 8, "amharic": 9, "chinese": 15, "korean": 8,
    "russian": 10, "spanish": 12, "french": 8,
}  # fmt: skip
_NATIONS = {
    "arabic": "IQ SY EG YE SD LY", "kurdish": "IQ SY TR", "persian": "IR AF", "amharic": "ET ER",
    "chinese": "CN MM", "korean": "KP KR", "russian": "RU UA KZ", "spanish": "CO VE MX",
    "french": "FR CD CI",
}  # fmt: skip
_SYLLABLES = {
    "persian": "far ba ram sha had ir di mo za ri na sar e bi ar ash kam yar ne da",
    "amharic": "te fe ge bre a le mu ke be da wi ta ze ne ha ile ma ri am de sse",
    "chinese": "bo chun fang guo hai hong hua hui jia jian jing jun lan lei li lin ling mei min "
    "ming na ning peng ping qi qiang qing rong rui shan ting wei wen xia xin xue yan yang yi ying "
    "yong yu yuan yun zhen zhi",
    "korean": "min jun seo yeon ji woo hyun su jin eun hye young ho sung kyung mi sun jae dong hee "
    "joo chul won seok in yong",
    "russian": "bor mi kol an dre va si ser gol pet rov kuz le ni mor zo ba tar so fe",
    "spanish": "car los mar ti ne ro dri go gu sa na va ra fer nan lo pe ca be ja mi",
    "french": "du mar be lle mont clair fon tai ne ro che val le rou ge pi chau vin mo reau la",
    "kurdish": "ba rz an ha wr sh ek ze ra go ma zir bar di sa la ran",
    "arabic": "ha mad ja sim ra fi sa lim ka na zu bay di mu sa wi da ri ta qi fa ris",
}
_CHINESE = "wang li zhang liu chen yang huang zhao wu zhou xu sun ma zhu hu guo he lin gao luo"
_KOREAN = "kim lee park choi jung kang cho yoon jang lim han oh seo shin kwon hwang ahn song"
_WAYS = (
    ("ou", "u"), ("u", "ou"), ("kh", "h"), ("q", "k"), ("sh", "ch"), ("i", "y"), ("y", "i"),
    ("ee", "i"), ("i", "ee"), ("a", "e"), ("e", "a"), ("j", "dj"), ("w", "v"), ("ss", "s"),
    ("x", "hs"), ("zh", "ch"), ("v", "ff"), ("c", "k"),
)  # fmt: skip
_LETTERS = "abcdefghijklmnopqrstuvwxyz"


@dataclass(slots=True)
class Row:
    """One record; `person` is the truth."""

    person: int
    name: str
    birth_date: str
    nationality: str
    place: str


class Law:
    """Draws names by their rank: the k-th is as common as (k + shift) to the minus `power`."""

    def __init__(self, pool: list[str], power: float, shift: float = 1.0) -> None:
        self.pool = pool
        self._weights = list(accumulate((k + shift) ** -power for k in range(1, len(pool) + 1)))

    def draw(self, dice: random.Random) -> str:
        """Return one name."""
        return dice.choices(self.pool, cum_weights=self._weights)[0]


class Maker:
    """Makes records."""

    def __init__(self, seed: int = SEED) -> None:
        self.dice = random.Random(seed)
        self.ways: dict[str, tuple[str, ...]] = {}
        made = self._made
        arabic, kurdish = self._table(likeness._ARABIC), self._table(likeness._KURDISH)
        given = {
            "arabic": Law(arabic + made("arabic", 200, 2), 0.9),
            "kurdish": Law(kurdish + made("kurdish", 150, 2), 0.7),
            "persian": Law(made("persian", 300, 2), 0.8),
            "amharic": Law(made("amharic", 500, 3), 0.8),
            "russian": Law(made("russian", 120, 2), 0.9),
            "spanish": Law(made("spanish", 300, 3), 0.8),
            "french": Law(made("french", 400, 2), 0.8),
        }
        family = {
            "arabic": Law(made("arabic", 6000, 3), 0.8, 5),
            "kurdish": Law(made("kurdish", 1500, 3), 0.8, 5),
            "persian": Law(made("persian", 5000, 3), 0.8, 5),
            "russian": Law([w + "ov" for w in made("russian", 8000, 3)], 0.7, 10),
            "spanish": Law(made("spanish", 3000, 3), 0.9, 3),
            "french": Law(made("french", 12000, 3), 0.6, 20),
            "chinese": Law([*_CHINESE.split(), *made("chinese", 80, 1)], 1.0, 2),
            "korean": Law([*_KOREAN.split(), *made("korean", 20, 1)], 1.2),
        }
        syllable = {one: Law(_SYLLABLES[one].split(), 0.5) for one in ("chinese", "korean")}
        dice = self.dice

        def east(one: str, both: float) -> list[str]:
            two = dice.random() < both
            called = syllable[one].draw(dice) + (syllable[one].draw(dice) if two else "")
            return [family[one].draw(dice), called]

        self.name: dict[str, Callable[[], list[str]]] = {
            "arabic": lambda: [
                given["arabic"].draw(dice), given["arabic"].draw(dice), family["arabic"].draw(dice)
            ],
            "kurdish": lambda: [
                given["kurdish"].draw(dice), given["kurdish"].draw(dice), family["kurdish"].draw(dice)
            ],
            "persian": lambda: [given["persian"].draw(dice), family["persian"].draw(dice)],
            "amharic": lambda: [given["amharic"].draw(dice), given["amharic"].draw(dice)],
            "chinese": lambda: east("chinese", 0.75),
            "korean": lambda: east("korean", 0.97),
            "russian": lambda: [
                given["russian"].draw(dice), given["russian"].draw(dice) + "ovich",
                family["russian"].draw(dice),
            ],
            "spanish": lambda: [
                given["spanish"].draw(dice), family["spanish"].draw(dice), family["spanish"].draw(dice)
            ],
            "french": lambda: [given["french"].draw(dice), family["french"].draw(dice)],
        }  # fmt: skip

    def _table(self, text: str) -> list[str]:
        found = []
        for line in text.strip().splitlines():
            ways = [w.lower() for w in line.split() if w.isascii() and len(w) > 1]
            if ways:
                self.ways.update(dict.fromkeys(ways, tuple(ways)))
                found.append(ways[0])
        return found

    def _made(self, culture: str, count: int, size: int) -> list[str]:
        parts, made = _SYLLABLES[culture].split(), dict[str, None]()
        while len(made) < count:
            longer = size + (self.dice.random() < 0.2 + len(made) / count)
            made.setdefault("".join(self.dice.choice(parts) for _ in range(longer)))
        return list(made)

    def rows(self, count: int) -> Iterator[Row]:
        """Yield records in random order."""
        made: list[Row] = []
        person, mean = 0, sum(n * w for n, w in TIMES) / 100
        several = AGAIN / mean / (1 - AGAIN)  # of the people have further records
        while len(made) < count:
            culture = self.dice.choices(list(_SHARES), list(_SHARES.values()))[0]
            words, born = self.name[culture](), self._born()
            nation = self.dice.choice(_NATIONS[culture].split())
            place = f"{nation} town {int(40 * self.dice.random() ** 2)}"
            made.append(self._row(person, words, born, nation, place))
            if self.dice.random() < several:
                times = self.dice.choices(*zip(*TIMES, strict=True))[0]
                who = (person, words, born, nation, place)
                made.extend(self._again(*who) for _ in range(times))
            person += 1
        self.dice.shuffle(made)
        yield from made[:count]

    def _born(self) -> date:
        return date(1945, 1, 1) + timedelta(days=int(self.dice.triangular(0, 23000, 16000)))

    def _row(self, person: int, words: list[str], born: date, nation: str, place: str) -> Row:
        dice = self.dice
        birth = born.isoformat()
        if dice.random() < NO_DATE:
            birth = ""
        elif dice.random() < YEAR_ONLY:
            birth = birth[:4]
        if dice.random() < NO_NATION:
            nation = ""
        elif dice.random() < OTHER_NATION:
            nation = dice.choice(dice.choice(list(_NATIONS.values())).split())
        place = "" if dice.random() < NO_PLACE else place
        return Row(person, " ".join(words).title(), birth, nation, place)

    def _again(self, person: int, words: list[str], born: date, nation: str, place: str) -> Row:
        for _ in range(1 if self.dice.random() < 0.7 else 2):
            error = self.dice.choices(list(ERRORS), list(ERRORS.values()))[0]
            words, born = self._wrong(error, words, born)
        return self._row(person, words, born, nation, place)

    def _wrong(self, error: str, words: list[str], born: date) -> tuple[list[str], date]:
        dice = self.dice
        at = dice.randrange(len(words))
        if error == "slip":
            words = [*words[:at], self._slip(words[at]), *words[at + 1 :]]
        elif error == "spelling":
            words = [self._way(word) if dice.random() < 0.6 else word for word in words]
        elif error == "order":
            words = [*words[1:], words[0]]
        elif error == "missing" and len(words) > 2:
            words = [*words[:at], *words[at + 1 :]]
        elif error == "day":
            born += timedelta(days=dice.choice((-20, -10, -9, -2, -1, 1, 2, 9, 10, 20)))
        elif error == "swapped" and born.day <= 12:
            born = born.replace(month=born.day, day=born.month)
        elif error == "year":
            born = born.replace(year=born.year + dice.choice((-10, -1, -1, 1, 1, 10)), day=1)
        return words, born

    def _slip(self, word: str) -> str:
        at, kind = self.dice.randrange(len(word)), self.dice.randrange(4)
        letter = self.dice.choice(_LETTERS)
        if kind == 0 and len(word) > 2:
            return word[:at] + word[at + 1 :]
        if kind == 1:
            return word[:at] + letter + word[at:]
        if kind == 2 and at:
            return word[: at - 1] + word[at] + word[at - 1] + word[at + 1 :]
        return word[:at] + letter + word[at + 1 :]

    def _way(self, word: str) -> str:
        if word in self.ways:
            return self.dice.choice(self.ways[word])
        able = [(old, new) for old, new in _WAYS if old in word]
        return word.replace(*self.dice.choice(able), 1) if able else word
