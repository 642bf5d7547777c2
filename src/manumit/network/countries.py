"""Which country is meant, however a list or a file writes it: a code of ISO 3166, a name, a people.

Names in English, French, Arabic and Kurdish come with the directory; peoples ("Yemeni") and older
names by the rules below. What is not understood stays unknown and weighs nothing.
"""

import functools
import re

import icu

from manumit.core import names
from manumit.directory import codes

# Names in the consolidated list and in papers that are not ISO's English short names (own reading).
_ALSO = {
    "democratic people's republic of korea": "KP", "north korea": "KP", "dprk": "KP",
    "democratic republic of the congo": "CD", "drc": "CD", "congo": "CG", "iran": "IR",
    "russia": "RU", "syria": "SY", "tanzania": "TZ", "united kingdom": "GB", "uk": "GB",
    "united kingdom of great britain and northern ireland": "GB", "usa": "US",
    "united states": "US", "united states of america": "US", "palestine": "PS",
    "state of palestine": "PS", "palestinian": "PS", "turkey": "TR", "libyan arab jamahiriya": "LY",
    "ivory coast": "CI", "laos": "LA", "moldova": "MD", "south korea": "KR", "vietnam": "VN",
    "venezuela": "VE", "bolivia": "BO", "macedonia": "MK", "swaziland": "SZ", "burma": "MM",
    "cape verde": "CV", "afghan": "AF", "syrian": "SY", "iraqi": "IQ", "yemeni": "YE",
    "saudi": "SA", "saudi arabian": "SA", "sudanese": "SD", "somali": "SO", "libyan": "LY",
    "tunisian": "TN", "algerian": "DZ", "moroccan": "MA", "egyptian": "EG", "jordanian": "JO",
    "lebanese": "LB", "pakistani": "PK", "iranian": "IR", "turkish": "TR", "russian": "RU",
    "ethiopian": "ET", "eritrean": "ER", "kenyan": "KE", "malian": "ML", "nigerian": "NG",
    "kuwaiti": "KW", "french": "FR", "german": "DE", "british": "GB", "american": "US",
    "russian federation": "RU", "syrian arab republic": "SY", "bosnia and herzegovina": "BA",
    "republic of korea": "KR", "czech republic": "CZ", "lao people's democratic republic": "LA",
    "republic of moldova": "MD", "united republic of tanzania": "TZ", "holy see": "VA",
    "palestinian territory": "PS", "palestinian territories": "PS", "great britain": "GB",
    "occupied palestinian territory": "PS", "the netherlands": "NL", "sultanate of oman": "OM",
    "union of the comoros": "KM", "hong kong special administrative region": "HK", "rpdc": "KP",
    "the gambia": "GM", "the bahamas": "BS", "kyrgyz republic": "KG", "slovak republic": "SK",
    "congolese": "CD", "rwandan": "RW", "ugandan": "UG", "chadian": "TD", "indonesian": "ID",
}  # fmt: skip


_NOTHING = frozenset(("na", "n/a", "-"))  # not available; Namibia is NA


@functools.cache
def _known() -> dict[str, str]:
    found = {" ".join(names.fold(name)): name_code for name, name_code in _ALSO.items()}
    for name_code, named in codes.COUNTRIES.items():
        whole = named["en"].replace("&", "and").replace("St.", "Saint")
        for name in (*named.values(), whole):
            found[" ".join(names.fold(name))] = name_code
        found[name_code.lower()] = name_code
        if three := icu.Locale("", name_code).getISO3Country():
            found[str(three).lower()] = name_code
    return found


@functools.lru_cache(maxsize=4096)
def code(text: str) -> str:
    """Return the ISO 3166 alpha-2 code; "" when no country is understood.

    >>> code("IRQ"), code("Iran (Islamic Republic of)"), code("Yemeni"), code("na")
    ('IQ', 'IR', 'YE', '')
    """
    if text.strip() in _NOTHING:
        return ""
    for part in (text, re.split(r"[(.,;]", text)[0]):
        folded = " ".join(names.fold(part))
        found = _known().get(part.strip().lower()) or _known().get(folded)
        if found:
            return found
    return ""
