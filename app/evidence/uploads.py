"""Uploads: a form whose file goes straight to storage, and the keeping of the file."""

import binascii
import hashlib
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Generic, TypeVar

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header
from sqlalchemy.exc import DBAPIError

from app.core.errors import FieldError, ValidationFailed
from app.core.schemas import Model
from app.core.validation import checked
from app.evidence.content import identify
from app.evidence.errors import EvidenceRefused, EvidenceTooLarge, FormExpected, Refusal
from app.evidence.formats import ContentType, extension, kind_named, safe_filename
from app.evidence.storage import Receipt, Storage, new_key

FormPayloadT = TypeVar("FormPayloadT", bound=Model)

FORM_BYTES = 64 * 1024
"""What a form may have beside its file: boundaries, headers, fields."""

_FILE = "file"
_FIELD_BYTES = 4 * 1024
_SHOWN_NAME = 80
_PLAIN_ENCODINGS = frozenset({b"", b"binary", b"8bit", b"7bit"})
_DIGEST = re.compile(r"(?:^|,)\s*sha-256=:([A-Za-z0-9+/]{43}=):\s*(?=,|$)")


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file whose content was accepted, and the key under which its bytes are to be kept."""

    filename: str
    kind: ContentType
    size: int
    sha256: str
    key: str


@dataclass(frozen=True, slots=True)
class Envelope:
    """What the headers of an upload say; ``max_bytes`` is the most that its file may have."""

    content_type: str
    content_length: str | None
    content_digest: str | None
    max_bytes: int


class UploadForm(Generic[FormPayloadT]):
    """Read a form with one file and the few fields of a payload, in chunks of any size.

    Every method raises ``ValidationFailed``, ``EvidenceRefused`` or ``EvidenceTooLarge`` at the
    first thing that is wrong; the making raises ``FormExpected`` as well.
    """

    def __init__(self, envelope: Envelope, receipt: Receipt, model: type[FormPayloadT]) -> None:
        self._receipt, self._model = receipt, model
        self._limit = envelope.max_bytes
        self._stated_digest = _stated_digest(envelope.content_digest)
        self._body_hash = hashlib.sha256() if self._stated_digest else None
        self._seen, self._complete = 0, False
        self._headers: dict[bytes, bytes] = {}
        self._header_name, self._header_value = b"", b""
        self._part = ""
        self._texts: dict[str, bytearray] = {}
        self._filename: str | None = None
        self._declared: str | None = None
        if (envelope.content_length or "").isdecimal():
            self._refuse_too_large(int(envelope.content_length or 0))
        self._parser = self._make_parser(envelope.content_type)

    def feed(self, chunk: bytes) -> None:
        """Take the next bytes of the body."""
        self._seen += len(chunk)
        self._refuse_too_large(self._seen)
        if self._body_hash:
            self._body_hash.update(chunk)
        try:
            self._parser.write(chunk)
        except FormParserError as error:
            raise _broken() from error

    def finish(self) -> tuple[StoredFile, FormPayloadT]:
        """Return the file and the payload, once form, fields, digest and content are checked."""
        if not self._complete:
            raise _broken()
        if self._filename is None:
            raise ValidationFailed.at("#/file", "missing", "请选择要上传的文件")
        payload = self._payload()
        self._check_digest()
        receipt = self._receipt
        kind = identify(receipt.path, self._filename, self._declared)
        return StoredFile(self._filename, kind, receipt.size, receipt.sha256, new_key()), payload

    def _refuse_too_large(self, body_bytes: int) -> None:
        if body_bytes > self._limit + FORM_BYTES:
            raise EvidenceTooLarge(self._limit)

    def _make_parser(self, content_type: str) -> MultipartParser:
        media_type, options = parse_options_header(content_type)
        boundary = options.get(b"boundary")
        if media_type != b"multipart/form-data" or not boundary:
            raise FormExpected("请以 multipart/form-data 表单提交文件。")
        try:
            return MultipartParser(
                boundary,
                {
                    "on_part_begin": self._headers.clear,
                    "on_header_field": self._take_header_name,
                    "on_header_value": self._take_header_value,
                    "on_header_end": self._end_header,
                    "on_headers_finished": self._open_part,
                    "on_part_data": self._take_data,
                    "on_end": self._end_form,
                },
            )
        except FormParserError as error:
            raise _broken() from error

    def _take_header_name(self, data: bytes, start: int, end: int) -> None:
        self._header_name += data[start:end]

    def _take_header_value(self, data: bytes, start: int, end: int) -> None:
        self._header_value += data[start:end]

    def _end_header(self) -> None:
        self._headers[self._header_name.lower()] = self._header_value.strip(b" \t")
        self._header_name, self._header_value = b"", b""

    def _open_part(self) -> None:
        _, options = parse_options_header(self._headers.get(b"content-disposition"))
        self._part = options.get(b"name", b"").decode("utf-8", "replace")
        if self._part in self._texts or (self._part == _FILE and self._filename is not None):
            message = "一次只能上传一个文件" if self._part == _FILE else "同一字段只能填写一次"
            raise ValidationFailed.at(f"#/{self._part}", "repeated", message)
        if self._part == _FILE:
            self._open_file(options.get(b"filename", b""))
        elif self._part in self._model.model_fields:
            self._texts[self._part] = bytearray()
        else:
            pointer = self._part[:_SHOWN_NAME].replace("~", "~0").replace("/", "~1")
            raise ValidationFailed.at(
                f"#/{pointer}", "extra_forbidden", "不认识的字段，请核对名称或删去"
            )

    def _open_file(self, name: bytes) -> None:
        """Check the name before the content comes: what cannot be accepted need not be sent."""
        if not name:
            raise ValidationFailed.at("#/file", "missing", "请选择要上传的文件")
        if self._headers.get(b"content-transfer-encoding", b"").lower() not in _PLAIN_ENCODINGS:
            raise ValidationFailed.at("#/file", "transfer_encoding", "请直接提交文件，不要转码")
        try:
            filename = safe_filename(name.decode("utf-8"))
        except UnicodeDecodeError as error:
            raise EvidenceRefused(Refusal.FILENAME_CHARACTERS) from error
        kind_named(extension(filename))
        self._filename = filename
        self._declared = self._headers.get(b"content-type", b"").decode("latin-1")

    def _take_data(self, data: bytes, start: int, end: int) -> None:
        if self._part == _FILE:
            self._receipt.write(data[start:end])
            return
        text = self._texts[self._part]
        text += data[start:end]
        if len(text) > _FIELD_BYTES:
            raise ValidationFailed.at(f"#/{self._part}", "string_too_long", "内容过长，请精简")

    def _end_form(self) -> None:
        self._complete = True

    def _payload(self) -> FormPayloadT:
        """Return the fields as a payload; one left blank in a form was not filled in."""
        fields: dict[str, str] = {}
        for name, text in self._texts.items():
            try:
                fields |= {name: text.decode("utf-8")} if text else {}
            except UnicodeDecodeError as error:
                message = "含有无法识别的字符，请以 UTF-8 编码提交"
                raise ValidationFailed.at(f"#/{name}", "string_unicode", message) from error
        return checked(self._model, fields)

    def _check_digest(self) -> None:
        if self._body_hash is None:
            return
        if self._stated_digest not in {self._body_hash.hexdigest(), self._receipt.sha256}:
            raise _digest_error("digest_mismatch", "收到的内容与摘要不符，请重新上传")


def fingerprint(file: StoredFile, payload: Model) -> bytes:
    """Return 32 bytes for what an upload asks for, whatever boundary its form has."""
    content = [file.sha256, file.filename, payload.model_dump(mode="json")]
    return hashlib.sha256(json.dumps(content).encode()).digest()


@dataclass(slots=True)
class Custody:
    """Whether the row of a kept file was written; ``in_custody`` makes it, its block sets it."""

    recorded: bool = False


@contextmanager
def in_custody(storage: Storage, receipt: Receipt, key: str) -> Iterator[Custody]:
    """Keep a file for a block that commits its row; what got no row is removed again.

    When the connection broke during the commit nobody knows which way it went: then the bytes
    stay, since bytes without a row harm nobody and a row without bytes is lost evidence.
    """
    custody = Custody()
    try:
        receipt.keep(key)
        yield custody
    except BaseException as error:
        if not (isinstance(error, DBAPIError) and error.connection_invalidated):
            storage.remove(key)
        raise
    if not custody.recorded:
        storage.remove(key)


def _stated_digest(header: str | None) -> str | None:
    """Read a SHA-256 from Content-Digest (RFC 9530) as hex; other algorithms are unreadable."""
    if header is None:
        return None
    match = _DIGEST.search(header)
    if match is None:
        raise _digest_error("digest_unreadable", "请按 RFC 9530 填写，如 sha-256=:…:")
    return binascii.a2b_base64(match.group(1)).hex()


def _digest_error(code: str, message: str) -> ValidationFailed:
    error = FieldError(code, message, parameter="Content-Digest")
    return ValidationFailed(f"Content-Digest：{message}", flaws=[error])


def _broken() -> ValidationFailed:
    return ValidationFailed.at("#/", "form_incomplete", "表单不完整或格式有误，请重新提交")
