"""From what somebody sent to a document, with every flaw at its line."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Generic, TypeVar

from pydantic import ValidationError
from pydantic_core import from_json

from app.core.errors import AppError, Flaw, PayloadTooLarge, ValidationFailed
from app.core.schemas import Model
from app.core.validation import validation_failed
from app.shelves.texts import MAX_BYTES, Located, read_yaml

Document = TypeVar("Document", bound=Model)
NOT_JSON = "请求体不是有效的 JSON，请检查引号、逗号和括号"


@dataclass(frozen=True, slots=True)
class Submission(Generic[Document]):
    """A document, and where in the text its parts stand (nowhere when it was sent as JSON)."""

    document: Document
    text: Located | None

    @contextmanager
    def flaws_with_lines(self) -> Iterator[None]:
        """Let the refusals raised in the block name lines of the text."""
        try:
            yield
        except AppError as error:
            if self.text and error.flaws:
                error.flaws = _in_order_of_lines(error.flaws, self.text)
                error.detail = _summary(error.flaws)
            raise


def from_yaml(content: bytes, model: type[Document]) -> Submission[Document]:
    """The document that a YAML text states.

    Raises:
        PayloadTooLarge: it is longer than 256 KB.
        ValidationFailed: it is no such document; every flaw has a pointer, a line and a column.
    """
    text = read_yaml(content)
    try:
        return Submission(model.model_validate(text.value), text)
    except ValidationError as error:
        flaws = _in_order_of_lines(_refused(error, text.value).flaws, text)
        raise ValidationFailed(_summary(flaws), flaws=flaws) from error


def from_json_text(content: bytes, model: type[Document]) -> Submission[Document]:
    """The document that a JSON text states.

    Raises:
        PayloadTooLarge: it is longer than 256 KB.
        ValidationFailed: it is no such document.
    """
    if len(content) > MAX_BYTES:
        raise PayloadTooLarge(f"内容不能超过 {MAX_BYTES // 1024} KB，请精简后再提交。")
    try:
        value = from_json(content, allow_inf_nan=False)
    except ValueError as error:
        raise ValidationFailed.at("#", "json_invalid", NOT_JSON) from error
    try:
        return Submission(model.model_validate(value), None)
    except ValidationError as error:
        raise _refused(error, value) from error


def _refused(error: ValidationError, value: object) -> ValidationFailed:
    found = error.errors(include_url=False)
    return validation_failed([{**flaw, "loc": ("body", *flaw["loc"])} for flaw in found], value)


def _in_order_of_lines(flaws: Iterable[Flaw], text: Located) -> tuple[Flaw, ...]:
    """Flaws with their lines, from the first line to the last, as people go through a file."""
    return tuple(
        sorted(_with_lines(flaws, text), key=lambda flaw: (flaw.line or 0, flaw.column or 0))
    )


def _with_lines(flaws: Iterable[Flaw], text: Located) -> Iterator[Flaw]:
    for flaw in flaws:
        if flaw.pointer is None or flaw.line is not None:
            yield flaw
            continue
        place = text.place_of(flaw.pointer)
        words = f"第 {place.line} 行：{flaw.detail}"
        yield replace(flaw, detail=words, line=place.line, column=place.column)


def _summary(flaws: tuple[Flaw, ...]) -> str:
    place = (flaws[0].pointer or "").removeprefix("#").removeprefix("/")
    notes = [place] if place else []
    if len(flaws) > 1:
        notes.append(f"共 {len(flaws)} 处")
    return flaws[0].detail + (f"（{'，'.join(notes)}）" if notes else "")
