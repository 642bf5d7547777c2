"""Name search: time to build, to open and to search, and memory, by number of people.

    python benchmarks/names.py [1000 100000 1000000] [--json]

People are fictional: names are put together from syllables in Latin, Arabic, Sorani, Cyrillic and
Ethiopic letters, some words common and most rare (Zipf), from a fixed seed, so that every run
searches the same names. Each size runs in a process of its own. Queries are names of the index
with no change, one slip, a missing space, words swapped, or in another script.
"""

import argparse
import json
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import psutil

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "src"))

from manumit.core import nameindex

SEED = 2331
SYLLABLES = {
    "latin": (
        "ba da fa ha ka la ma na ra sa ta wa ya za sha kha gha ri mi ni li ki si di bu mu nu ru su "
        "lu ku zu jam kar mah sal nad rim lat has dun far gol tek mel hab ber yon"
    ),
    "arabic": "با دا فا كا لا ما نا را سا شا خا غا ري مي ني لي سي دي بو مو نو رو سو كر مح سل ند حس فر",
    "sorani": "با دە فا کا لە ما نە را سە شا خا ڕۆ مێ نی لی سێ دی بۆ مو نە رۆ سو کە محە سەل گو چی ژی پە",
    "cyrillic": "ба да фа ха ка ла ма на ра са та ва я за ша ри ми ни ли ки си ди бу му ну ру су лу",
    "ethiopic": "ሀ ለ መ ረ ሰ ሸ ቀ በ ተ ነ አ ከ ወ ዘ የ ደ ገ ጠ ፈ ሊ ሚ ሪ ሲ ቢ ቲ ኒ ኪ ዲ ጊ",
}
SHARE = {"latin": 50, "arabic": 30, "sorani": 10, "cyrillic": 5, "ethiopic": 5}
KNOWN = {
    "latin": "Mohammed Muhamad Ahmed Fatima Fatemeh Khaled Khalid Yusuf Youssef Hussein Hasan Aisha Ali Omar",
    "arabic": "محمد أحمد فاطمة خالد يوسف حسين حسن عائشة علي عمر",
    "sorani": "محەمەد ئەحمەد فاتیمە خالید یووسف حوسێن حەسەن عائیشە عەلی عومەر",
}


def words(dice: random.Random, script: str, count: int) -> list[str]:
    syllables = SYLLABLES[script].split()
    made = list(KNOWN.get(script, "").split())
    seen = set(made)
    while len(made) < count:
        word = "".join(dice.choices(syllables, k=dice.choice((2, 2, 3, 3, 4))))
        if word not in seen:
            seen.add(word)
            made.append(word)
    return made


def people(count: int) -> Iterator[tuple[UUID, list[str]]]:
    """Yield fictional people: a given name, most often a father's, and a family name."""
    dice = random.Random(SEED)
    vocabulary, cumulative = {}, {}
    for script, share in SHARE.items():
        size = max(60, min(60_000, count // 5) * share // 50)
        vocabulary[script] = words(dice, script, size)
        total, sums = 0.0, []
        for rank in range(1, size + 1):
            total += 1 / rank**0.9
            sums.append(total)
        cumulative[script] = sums
    scripts, shares = list(SHARE), list(SHARE.values())
    for _ in range(count):
        script = dice.choices(scripts, shares)[0]
        parts = dice.choices(
            vocabulary[script], cum_weights=cumulative[script], k=dice.choice((2, 3, 3))
        )
        yield UUID(int=dice.getrandbits(128)), [" ".join(part.capitalize() for part in parts)]


def queries(sample: list[str], dice: random.Random) -> Iterator[tuple[str, str, str]]:
    """Yield (kind, query, the name meant)."""
    for name in sample:
        parts = name.split()
        longest = max(range(len(parts)), key=lambda n: len(parts[n]))
        place = dice.randrange(1, max(2, len(parts[longest]) - 1))
        slipped = parts[longest][:place] + parts[longest][place + 1 :]
        yield "same", name, name
        yield "one slip", " ".join([*parts[:longest], slipped, *parts[longest + 1 :]]), name
        yield "swapped", " ".join(reversed(parts)), name
        yield "no space", parts[0] + " ".join(parts[1:]), name
        yield "one word", parts[-1], name
    for common in ("Mohammed Ali", "محمد علي", "Muhamad", "Fatima Hussein", "عەلی", "Yousif Omar"):
        yield "commonest", common, ""


def measure(count: int) -> dict[str, object]:
    process = psutil.Process()
    begun = time.process_time()
    everyone = list(people(count))
    made = time.process_time() - begun
    begun = time.process_time()
    index = nameindex.build(everyone)
    built = time.process_time() - begun
    blob = index.to_bytes()
    dice = random.Random(SEED + 1)
    asked = list(queries([names[0] for _, names in dice.sample(everyone, 60)], dice))
    del index, everyone
    before = process.memory_info().rss
    begun = time.perf_counter()
    opened = nameindex.NameIndex.from_bytes(blob)
    open_ms = (time.perf_counter() - begun) * 1000
    opened.search("warm up")
    spent: dict[str, list[float]] = {}
    found: dict[str, list[bool]] = {}
    for kind, query, meant in asked:
        begun = time.process_time()
        hits = opened.search(query)
        spent.setdefault(kind, []).append((time.process_time() - begun) * 1000)
        if meant:
            found.setdefault(kind, []).append(any(hit.matched == meant for hit in hits))
    every = sorted(ms for times in spent.values() for ms in times)
    return {
        "people": count,
        "made_s": round(made, 1),
        "build_cpu_s": round(built, 2),
        "blob_mb": round(len(blob) / 1e6, 1),
        "open_ms": round(open_ms, 2),
        "search_cpu_ms_p50": round(every[len(every) // 2], 2),
        "search_cpu_ms_p95": round(every[int(len(every) * 0.95)], 2),
        "search_cpu_ms_max": round(every[-1], 2),
        "search_cpu_ms_by_kind": {
            kind: round(sorted(times)[len(times) // 2], 2) for kind, times in spent.items()
        },
        "found_share_by_kind": {
            kind: round(sum(hit) / len(hit), 3) for kind, hit in found.items() if kind != "one word"
        },
        "memory_over_blob_mb": round((process.memory_info().rss - before) / 1e6, 1),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("people", nargs="*", type=int, default=[1_000, 100_000, 1_000_000])
    parser.add_argument("--json", action="store_true", help="one JSON object per size and line")
    parser.add_argument("--one", type=int, help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.one:
        print(json.dumps(measure(chosen.one)))
        return
    for count in chosen.people:
        command = [sys.executable, __file__, "--one", str(count)]
        line = subprocess.run(command, check=True, capture_output=True, text=True).stdout
        if chosen.json:
            print(line.strip())
        else:
            for key, value in json.loads(line).items():
                print(f"{key:24} {value}")
            print()


if __name__ == "__main__":
    main()
