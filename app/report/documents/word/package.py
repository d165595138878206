"""The file around the body: opened and saved by python-docx, packed the same way every time."""

import io
import zipfile
from collections.abc import Mapping
from functools import lru_cache

import docx
from docx.document import Document as WordDocument

from app.report.documents.word.parts import STYLES_PART, fixed_parts
from app.report.documents.word.styles import PAGE_NUMBER
from app.report.documents.word.stylesheet import stylesheet

_FIRST = ("[Content_Types].xml", "_rels/.rels")
_EPOCH = (1980, 1, 1, 0, 0, 0)
_UNIX = 3
_PLAIN_FILE = 0o100644 << 16


@lru_cache(maxsize=16)
def blank(
    template: bytes | None, *, comments: bool, justified: bool
) -> tuple[bytes, Mapping[str, str]]:
    """An empty report as a file, and the ids of its styles; made once for each style template."""
    sheet = stylesheet(template, justified=justified)
    fixed = fixed_parts(sheet.ids[PAGE_NUMBER.name], comments=comments)
    parts = {name: content.encode() for name, content in fixed.items()}
    return packed({**parts, STYLES_PART: sheet.content}), sheet.ids


def opened(content: bytes) -> WordDocument:
    """A Word file by python-docx."""
    return docx.Document(io.BytesIO(content))


def saved(document: WordDocument) -> bytes:
    """The file of a document, without the time and the order that python-docx would give it."""
    target = io.BytesIO()
    document.save(target)
    with zipfile.ZipFile(target) as archive:
        return packed({name: archive.read(name) for name in archive.namelist()})


def packed(parts: Mapping[str, bytes]) -> bytes:
    """Parts as a zip: content types first, the others by name, each with the same fixed date."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for name in sorted(parts, key=lambda name: (name not in _FIRST, name)):
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = _UNIX
            entry.external_attr = _PLAIN_FILE
            archive.writestr(entry, parts[name])
    return target.getvalue()
