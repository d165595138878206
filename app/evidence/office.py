"""Office files that are zips: OOXML (docx, xlsx, pptx) and OFD.

Every part is unpacked once, in bounded steps, so that its size and checksum are known to be true;
XML parts are checked for entities, and what makes an office file act by itself is refused: macros,
embedded programs, content that is loaded from elsewhere when the file is opened.
"""

import re
from collections.abc import Callable

from app.evidence.archives import Archive, Entry
from app.evidence.errors import EvidenceRefused, Refusal
from app.evidence.kinds import KINDS, ContentType, Data, Shape
from app.evidence.names import extension
from app.evidence.xmlparts import PROLOG_BYTES, elements, looks_like_xml, root_element

Inspect = Callable[[Data, ContentType], None]
"""How an office file inside this one is checked: the content and the kind its name promises."""

_CONTENT_TYPES = "[content_types].xml"
_SMALL_PART_BYTES = 1024 * 1024
_MACRO_PART = re.compile(r"vbaproject|vbadata|(?:^|/)macrosheets/|(?:^|/)activex/")
_MACRO_WORD = re.compile(r"macro|vbaproject|activex", re.IGNORECASE)
_EMBEDDED_PART = re.compile(r"(?:^|/)embeddings/")
_LOCAL_DRIVE = re.compile(r"(?:file:/*)?[a-z]:/")


def check_ooxml(archive: Archive, kind: ContentType, inspect: Inspect) -> None:
    """Check a Word, Excel or PowerPoint file; raises ``EvidenceRefused``."""
    types: set[str] = set()
    for entry in archive.entries:
        name = entry.name.lower()
        if _MACRO_PART.search(name):
            raise EvidenceRefused(Refusal.MACROS)
        if name == _CONTENT_TYPES:
            types = _content_types(archive, entry)
        elif name.endswith(".rels"):
            _check_relationships(archive, entry)
        elif _EMBEDDED_PART.search(name):
            _check_embedded(archive, entry, inspect)
        else:
            _check_part(archive, entry)
    if any(_MACRO_WORD.search(name) for name in types):
        raise EvidenceRefused(Refusal.MACROS)
    if not types & kind.mark:
        raise EvidenceRefused(Refusal.TYPE_MISMATCH)


def check_ofd(archive: Archive) -> None:
    """Check an OFD: its entry document by GB/T 33190, and every XML part of it."""
    roots = {entry.name.lower(): _check_part(archive, entry) for entry in archive.entries}
    if roots.get("ofd.xml") != "OFD":
        raise EvidenceRefused(Refusal.TYPE_MISMATCH)


def _check_part(archive: Archive, entry: Entry) -> str | None:
    """Unpack a part to its end; return the name of its root when it is XML."""
    head = b""
    for chunk in archive.chunks(entry):
        head += chunk[: PROLOG_BYTES - len(head)]
    if looks_like_xml(head) or entry.name.lower().endswith(".xml"):
        return root_element(head, entry.shown)
    return None


def _small_part(archive: Archive, entry: Entry) -> bytes:
    if entry.size > _SMALL_PART_BYTES:
        raise EvidenceRefused(Refusal.ARCHIVE_SIZE, entry.shown)
    return b"".join(archive.chunks(entry))


def _content_types(archive: Archive, entry: Entry) -> set[str]:
    """Return the declared content types of all parts."""
    document = _small_part(archive, entry)
    return {attributes.get("ContentType", "") for _, attributes in elements(document, entry.shown)}


def _check_relationships(archive: Archive, entry: Entry) -> None:
    """Refuse macros and whatever is fetched from elsewhere on opening; links to click stay."""
    for name, attributes in elements(_small_part(archive, entry), entry.shown):
        if name != "Relationship":
            continue
        kind = attributes.get("Type", "").rpartition("/")[2]
        if _MACRO_WORD.search(kind):
            raise EvidenceRefused(Refusal.MACROS)
        external = attributes.get("TargetMode", "").lower() == "external"
        if external and kind != "hyperlink" and _is_remote(attributes.get("Target", "")):
            raise EvidenceRefused(Refusal.EXTERNAL_CONTENT)


def _is_remote(target: str) -> bool:
    """Say whether opening this target leaves the reader's machine; a path on a drive does not."""
    plain = target.strip().replace("\\", "/").lower()
    if _LOCAL_DRIVE.match(plain):
        return False
    return plain.startswith("//") or ":" in plain.partition("/")[0]


def _check_embedded(archive: Archive, entry: Entry, inspect: Inspect) -> None:
    """Accept an office file inside (the data of a chart); refuse any other object."""
    kind = KINDS.get(extension(entry.name))
    if kind is None or kind.shape is not Shape.OOXML:
        raise EvidenceRefused(Refusal.EMBEDDED_OBJECT)
    with archive.unpacked(entry) as data:
        inspect(data, kind)
