"""What goes with a report: one XML file and its attachments in one ZIP, within the unit's limits.

Receiving systems refuse a whole delivery for one file too large or a name they cannot store (one unit
takes 5 MB a file and 20 MB in all), so this is checked before anything is handed over.
"""

import io
import re
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, field

from manumit.core import reasons
from manumit.flows.goaml_profile import Limits

XML_NAME = "report.xml"
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ._-]{0,99}")
_RESERVED = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?", re.IGNORECASE)
# What a file begins with, where its ending promises something: a renamed program is refused.
_MAGIC: dict[str, tuple[bytes, ...]] = {
    "pdf": (b"%PDF-",),
    "png": (b"\x89PNG\r\n\x1a\n",),
    "jpg": (b"\xff\xd8\xff",),
    "jpeg": (b"\xff\xd8\xff",),
    "xlsx": (b"PK\x03\x04",),
    "docx": (b"PK\x03\x04",),
}
_EPOCH = (1980, 1, 1, 0, 0, 0)  # the same files give the same bytes


@dataclass(frozen=True)
class Attachment:
    """One file."""

    name: str
    content: bytes = field(repr=False)


def why_not_file(name: str, content: bytes, limits: Limits) -> str:
    """Say why a file cannot go with a report; "" when it can."""
    ending = name.rpartition(".")[2].casefold()
    if not _NAME.fullmatch(name) or _RESERVED.fullmatch(name) or name != name.strip(" ."):
        return reasons.say(
            "Rename the file: letters A to Z, digits, spaces, points, hyphens, at most 100 signs."
        )
    if name.casefold() == XML_NAME:
        return reasons.say("The report itself has this name. Rename the file.")
    if ending not in limits.endings:
        return reasons.say(
            "This kind of file is not taken. Taken are: {list}.", list=limits.endings
        )
    if not content:
        return reasons.say("The file is empty.")
    if ending in _MAGIC and not content.startswith(_MAGIC[ending]):
        return reasons.say("The file is not what its name says ({ending}).", ending=ending)
    if len(content) > limits.file_bytes:
        most = limits.file_bytes // 1_000_000
        return reasons.say("The file is too large: this unit takes {most} MB a file.", most=most)
    return ""


def why_not(files: Sequence[Attachment], xml_bytes: int, limits: Limits) -> str:
    """Say why these files cannot go together; "" when they can."""
    for one in files:
        if reason := why_not_file(one.name, one.content, limits):
            return reasons.together(reasons.say("{name}:", name=one.name), reason)
    names = [one.name.casefold() for one in files]
    if twice := next((name for name in names if names.count(name) > 1), ""):
        return reasons.say("Two files are called {name}. Rename one.", name=twice)
    if len(files) > limits.files:
        return reasons.say("At most {most} files go with a report.", most=limits.files)
    if xml_bytes + sum(len(one.content) for one in files) > limits.zip_bytes:
        most = limits.zip_bytes // 1_000_000
        return reasons.say(
            "All files together are too large: this unit takes {most} MB.", most=most
        )
    return ""


def packed(xml: bytes, files: Sequence[Attachment]) -> bytes:
    """Return the ZIP: the report first, then the files in the order given."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in [(XML_NAME, xml), *((one.name, one.content) for one in files)]:
            made = zipfile.ZipInfo(name, _EPOCH)
            made.compress_type, made.external_attr = zipfile.ZIP_DEFLATED, 0o600 << 16
            archive.writestr(made, content)
    return out.getvalue()
