"""Languages a person may speak at a gate: own names, and the direction of their writing.

Codes are ISO 639 (639-1 where there is one, else 639-3). A language without texts of its own is
spoken through an interpreter; the page then shows English and says so.
"""

NAMES: dict[str, str] = {
    "ar": "العربية",
    "ckb": "کوردیی ناوەندی",
    "en": "English",
    "fr": "Français",
    "am": "አማርኛ",
    "es": "Español",
    "fa": "فارسی",
    "ha": "Hausa",
    "kmr": "Kurmancî",
    "prs": "دری",
    "ps": "پښتو",
    "ru": "Русский",
    "so": "Soomaali",
    "sw": "Kiswahili",
    "ti": "ትግርኛ",
    "tr": "Türkçe",
    "uk": "Українська",
    "ur": "اردو",
}
_RIGHT_TO_LEFT = frozenset({"ar", "ckb", "fa", "prs", "ps", "ur"})


def name(code: str) -> str:
    """Return the language's own name, or the code."""
    return NAMES.get(code, code)


def direction(code: str) -> str:
    """Return "rtl" or "ltr", for the page."""
    return "rtl" if code in _RIGHT_TO_LEFT else "ltr"
