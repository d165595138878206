"""Documents that people write by hand: YAML or JSON in, values with the line of every error out."""

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any, Generic, NoReturn, Protocol, TypeVar

import yaml
from pydantic import ValidationError
from pydantic_core import from_json

from app.core.errors import AppError, FieldError, PayloadTooLarge, ValidationFailed
from app.core.schemas import Model
from app.core.validation import validation_failed

MAX_BYTES = 256 * 1024
MAX_DEPTH = 10
# libyaml is ten times faster; both read the same language.
LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
INTEGER = re.compile(r"[-+]?(0|[1-9][0-9]{0,17})")
DECIMAL = re.compile(r"[-+]?[0-9]{1,18}\.[0-9]{1,18}")
WORDS: Mapping[str, bool | None] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
SYNTAX = (
    (
        "mapping values are not allowed",
        "冒号的位置不对：一行只写一个“键: 值”，含冒号的文字请加引号",
    ),
    ("cannot start any token", "不能以这个字符开头：缩进请用空格，特殊符号开头的文字请加引号"),
    ("unexpected end of stream", "引号没有配对，请核对"),
    ("could not find expected ':'", "缺少冒号：键后应为英文冒号加一个空格"),
    ("expected", "结构不完整，请核对缩进、短横线、括号和英文冒号"),
)
OTHER_SYNTAX = "不是有效的 YAML，请检查缩进、冒号和引号"
Path = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TextPosition:
    """A line and a column, both from 1."""

    line: int
    column: int


@dataclass(slots=True)
class Located:
    """A value read from text, and where each part of it stands."""

    value: Any = None
    places: dict[Path, TextPosition] = field(default_factory=dict)

    def place_of(self, pointer: str) -> TextPosition:
        """Where a JSON pointer leads, or what holds it when the text does not have it."""
        steps = pointer.removeprefix("#").split("/")[1:]
        path = tuple(step.replace("~1", "/").replace("~0", "~") for step in steps)
        while path and path not in self.places:
            path = path[:-1]
        return self.places.get(path, TextPosition(1, 1))


def read_yaml(content: bytes) -> Located:
    """The values of a YAML text and their places.

    Raises:
        PayloadTooLarge: it is longer than 256 KB.
        ValidationFailed: it is no YAML, or not of the kind that is accepted; with line and column.
    """
    if len(content) > MAX_BYTES:
        raise PayloadTooLarge(f"文件不能超过 {MAX_BYTES // 1024} KB，请精简后再提交。")
    text = _decoded(content)
    reader = _Reader(yaml.parse(text, Loader=LOADER))
    try:
        return reader.document()
    except yaml.MarkedYAMLError as error:
        problem, mark = error.problem or "", error.problem_mark
        words = next((words for part, words in SYNTAX if part in problem), OTHER_SYNTAX)
        refuse(_place(mark) if mark else TextPosition(1, 1), "yaml_syntax", words)
    except yaml.YAMLError:
        refuse(TextPosition(1, 1), "yaml_syntax", OTHER_SYNTAX)


def to_yaml(data: Mapping[str, Any]) -> bytes:
    """Values as YAML in UTF-8; ``read_yaml`` reads them back."""
    text: str = yaml.safe_dump(dict(data), allow_unicode=True, sort_keys=False, width=100)
    return text.encode()


def refuse(place: TextPosition, code: str, words: str) -> NoReturn:
    """Refuse the text for what stands at a place."""
    detail = f"第 {place.line} 行：{words}"
    flaw = FieldError(code, detail, pointer="#", line=place.line, column=place.column)
    raise ValidationFailed(detail, flaws=[flaw])


def _decoded(content: bytes) -> str:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        refuse(
            TextPosition(line, 1), "yaml_encoding", "有无法识别的字符，请把文件以 UTF-8 编码保存"
        )
    strange = yaml.reader.Reader.NON_PRINTABLE.search(text)
    if strange:
        line = text.count("\n", 0, strange.start()) + 1
        column = strange.start() - text.rfind("\n", 0, strange.start())
        refuse(TextPosition(line, column), "yaml_encoding", "有不可见的控制字符，请删去")
    return text


class Mark(Protocol):
    """Where an event begins, counted from 0: both loaders have a class of their own."""

    line: int
    column: int


def _place(mark: Mark | None) -> TextPosition:
    assert mark is not None, "both loaders mark every event"
    return TextPosition(mark.line + 1, mark.column + 1)


class _Reader:
    """Builds values from events; pulls no event beyond the allowed depth."""

    def __init__(self, events: Iterator[yaml.Event]) -> None:
        self._events = events
        self._found = Located()

    def document(self) -> Located:
        next(self._events)  # the stream's start
        first = next(self._events)
        if isinstance(first, yaml.StreamEndEvent):
            refuse(TextPosition(1, 1), "yaml_empty", "文件是空的")
        self._found.value = self._value(next(self._events), ())
        next(self._events)  # the document's end
        more = next(self._events)
        if not isinstance(more, yaml.StreamEndEvent):
            refuse(
                _place(more.start_mark), "yaml_documents", "一个文件只写一份内容，不要用 --- 分段"
            )
        return self._found

    def _value(self, event: yaml.Event, path: Path) -> Any:  # noqa: ANN401 - any value
        place = _place(event.start_mark)
        self._found.places.setdefault(path, place)
        if isinstance(event, yaml.AliasEvent) or event.anchor is not None:  # type: ignore[attr-defined]
            refuse(place, "yaml_anchor", "不支持锚点和引用（& 和 *），请直接写出内容")
        if event.tag is not None:  # type: ignore[attr-defined]
            refuse(place, "yaml_tag", "不支持类型标记（!），请直接写出内容")
        if isinstance(event, yaml.ScalarEvent):
            return _scalar(event)
        if len(path) >= MAX_DEPTH:
            refuse(place, "yaml_depth", f"嵌套超过 {MAX_DEPTH} 层，请核对缩进")
        if isinstance(event, yaml.SequenceStartEvent):
            return self._list(path)
        return self._mapping(path)

    def _list(self, path: Path) -> list[Any]:
        values: list[Any] = []
        while not isinstance(event := next(self._events), yaml.SequenceEndEvent):
            values.append(self._value(event, (*path, str(len(values)))))
        return values

    def _mapping(self, path: Path) -> dict[str, Any]:
        values: dict[str, Any] = {}
        while not isinstance(event := next(self._events), yaml.MappingEndEvent):
            place = _place(event.start_mark)
            if not isinstance(event, yaml.ScalarEvent) or event.anchor or event.tag:
                refuse(place, "yaml_key", "键应为普通文字")
            key = str(event.value)
            if key in values:
                refuse(place, "yaml_duplicate_key", f"“{key}”写了两次，请删去一处")
            self._found.places[*path, key] = place
            values[key] = self._value(next(self._events), (*path, key))
        return values


def _scalar(event: yaml.ScalarEvent) -> str | int | float | bool | None:
    text = str(event.value)
    if not event.implicit[0]:  # quoted, or a block of text
        return text
    if text in WORDS:
        return WORDS[text]
    if INTEGER.fullmatch(text):
        return int(text)
    return float(text) if DECIMAL.fullmatch(text) else text


SubmittedT = TypeVar("SubmittedT", bound=Model)
NOT_JSON = "请求体不是有效的 JSON，请检查引号、逗号和括号"


@dataclass(frozen=True, slots=True)
class Submission(Generic[SubmittedT]):
    """A document, and where in the text its parts stand (nowhere when it was sent as JSON)."""

    document: SubmittedT
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


def from_yaml(content: bytes, model: type[SubmittedT]) -> Submission[SubmittedT]:
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


def from_json_text(content: bytes, model: type[SubmittedT]) -> Submission[SubmittedT]:
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


def _in_order_of_lines(flaws: Iterable[FieldError], text: Located) -> tuple[FieldError, ...]:
    """Flaws with their lines, from the first line to the last, as people go through a file."""
    return tuple(
        sorted(_with_lines(flaws, text), key=lambda flaw: (flaw.line or 0, flaw.column or 0))
    )


def _with_lines(flaws: Iterable[FieldError], text: Located) -> Iterator[FieldError]:
    for flaw in flaws:
        if flaw.pointer is None or flaw.line is not None:
            yield flaw
            continue
        place = text.place_of(flaw.pointer)
        words = f"第 {place.line} 行：{flaw.detail}"
        yield replace(flaw, detail=words, line=place.line, column=place.column)


def _summary(flaws: tuple[FieldError, ...]) -> str:
    place = (flaws[0].pointer or "").removeprefix("#").removeprefix("/")
    notes = [place] if place else []
    if len(flaws) > 1:
        notes.append(f"共 {len(flaws)} 处")
    return flaws[0].detail + (f"（{'，'.join(notes)}）" if notes else "")
