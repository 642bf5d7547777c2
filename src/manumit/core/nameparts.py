"""What in a name is not itself a name: titles, small words, and the legal forms of companies.

The lists are this project's own and short on purpose: a word belongs here only when its absence
says nothing about who is meant. They are looked up after folding (`names.fold`), so each entry
stands in its folded form. Legal forms and their long forms: the usual ones of the registers of
Europe, the Americas, the Gulf, Asia and Africa.
"""


def words(text: str) -> frozenset[str]:
    """Return the words of a list."""
    return frozenset(text.split())


# Ways to address somebody. A name that is only a title keeps it.
TITLES = words(
    "agha اغا mr mrs ms miss mister sir madam dr doctor prof professor eng engineer ustaz ustad hajji haji hajj "
    "haj hadji sheikh shaikh shaykh sheik cheikh sayyid sayed sayyed syed mullah mulla mawlawi maulavi "
    "maulana mawlana imam president prasident presidente general colonel capt captain major lt "
    "prince princess king queen judge minister senator deputy jr sr herr frau monsieur madame señor "
    "senor senora don doña dona khanum aqa mirza "
    "سيد سيده شيخ شيخه دكتور حاج حاجه حجي حاجي ملا مولوي استاذ مهندس اقاي خانم كاك خان سيدنا "
    "господин госпожа ato weizero"
)
# Parts that many unrelated people share and that are left out as often as written.
SMALL = words(
    "abd din allah abu abou abi umm um um de del della di da do dos das la le les van von der den ter "
    "ten zu y e und et al el ul ur us bani beni ould wuld ait naser "
    "عبد دين اله ابو ابي ام ابن بن بنت كل"
)
# Words of a company's name that carry nothing.
EMPTY = frozenset(("the", "and", "of", "for", "und", "et", "y"))

_FORMS: dict[str, str] = {
    "ltd": "ltd|limited|ltda|pvt ltd|pty ltd|private limited|pte ltd|co ltd|company limited",
    "llc": "llc|limited liability company|ooo|ооо|общество с ограниченнои ответственностью|тов|l l c",
    "gmbh": "gmbh|gesellschaft mit beschrankter haftung|mbh",
    "ag": "ag|aktiengesellschaft|aktiengeselschaft",
    "jsc": "jsc|joint stock company|ojsc|oao|pjsc|pao|cjsc|zao|ао|оао|зао|пао|open joint stock company",
    "inc": "inc|incorporated",
    "corp": "corp|corporation",
    "co": "co|company|cie|compagnie",
    "plc": "plc|public limited company",
    "sa": "sa|societe anonyme|sociedad anonima|sociedade anonima",
    "sarl": "sarl|srl|societate cu raspundere limitata|societatea cu raspundere limitata|"
    "societe a responsabilite limitee|sociedad de responsabilidad limitada",
    "sas": "sas", "spa": "spa|societa per azioni", "bv": "bv|bvba", "nv": "nv", "ab": "ab",
    "as": "as|aksjeselskap|anonim sirketi", "asa": "asa", "oy": "oy|oyj", "kg": "kg", "se": "se",
    "lp": "lp|limited partnership", "llp": "llp", "sl": "sl", "spzoo": "sp z oo|sp zoo|spzoo",
    "na": "na|national association", "pt": "pt|perseroan terbatas", "fzco": "fzco|fze|fz llc",
    "kk": "kk|kabushiki kaisha", "wll": "wll", "sro": "sro", "doo": "doo", "kft": "kft",
    "شركه": "شركه|ذمم|شركه ذات مسووليه محدوده",
}  # fmt: skip
FORMS: dict[tuple[str, ...], str] = {
    tuple(written.split()): form for form, ways in _FORMS.items() for written in ways.split("|")
}
_LONGEST = max(map(len, FORMS))
_BY_FIRST: dict[str, list[tuple[str, ...]]] = {}
for _ways in sorted(FORMS, key=len, reverse=True):
    _BY_FIRST.setdefault(_ways[0], []).append(_ways)
# A name with one of these is an organisation's even without a legal form.
BODIES = words(
    "bank banco banque group holding holdings fund trust foundation association organisation "
    "organization university ministry department committee council army brigade front movement party "
    "trading industries shipping airlines aviation services systems international federation union "
    "society club school hospital "
    "بنك مصرف موسسه جمعيه وزاره جامعه حركه حزب لواء банк фонд"
)


# Two letters that are a legal form, and a part of somebody's name elsewhere: Iyad ag Ghali.
_AMBIGUOUS = words("ag as ab sa na co se sl pt kg oy nv bv kk")


def take_forms(words: list[str], raw: str) -> tuple[list[str], frozenset[str]]:
    """Return the words without legal forms at either end, and the forms.

    raw: the name as written. A name that is nothing else keeps all of its words.
    """
    if _BY_FIRST.keys().isdisjoint(words):
        return words, frozenset()
    kept = list(words)
    found: set[str] = set()
    sure = not BODIES.isdisjoint(words)
    while form := _at_the_end(kept, raw, sure):
        found.add(FORMS[form])
        sure = True
        kept = kept[: -len(form)]
    while form := _at_the_beginning(kept, raw, sure):
        found.add(FORMS[form])
        sure = True
        kept = kept[len(form) :]
    return kept, frozenset(found)


def _at_the_end(words: list[str], raw: str, sure: bool) -> tuple[str, ...]:
    for place in range(max(1, len(words) - _LONGEST), len(words)):
        form = tuple(words[place:])
        if form in FORMS and (sure or _meant(form, raw)):
            return form
    return ()


def _at_the_beginning(words: list[str], raw: str, sure: bool) -> tuple[str, ...]:
    for form in _BY_FIRST.get(words[0], ()):
        whole = len(form) < len(words) and tuple(words[: len(form)]) == form
        if whole and (sure or _meant(form, raw)):
            return form
    return ()


def _meant(form: tuple[str, ...], raw: str) -> bool:
    """Tell whether a legal form is meant: two letters only as a company writes them, AG or A.G."""
    if len(form) > 1 or form[0] not in _AMBIGUOUS:
        return True
    written = {part.strip(",()") for part in raw.split()}
    large = form[0].upper()
    dotted = {".".join(large) + ".", ".".join(large), "/".join(large)}
    return bool(written & dotted) or (large in written and not raw.isupper())
