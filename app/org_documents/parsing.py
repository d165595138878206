"""Read YAML or JSON that people write by hand into documents; errors name line and column."""

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
CONSTANTS: Mapping[str, bool | None] = {
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
NOT_JSON = "请求体不是有效的 JSON，请检查引号、逗号和括号"
Path = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TextPosition:
    """A line and a column of a text, both from 1."""

    line: int
    column: int


START = TextPosition(1, 1)


@dataclass(slots=True)
class ParsedYaml:
    """The value of a YAML text, and the position of each part by its path in the value."""

    value: Any = None
    positions: dict[Path, TextPosition] = field(default_factory=dict)

    def position_of(self, pointer: str) -> TextPosition:
        """Return the position of a JSON pointer's target, or of the nearest part around it."""
        steps = pointer.removeprefix("#").split("/")[1:]
        path = tuple(step.replace("~1", "/").replace("~0", "~") for step in steps)
        while path and path not in self.positions:
            path = path[:-1]
        return self.positions.get(path, START)


def read_yaml(content: bytes) -> ParsedYaml:
    """Read the values of a YAML text and their positions.

    Raises:
        PayloadTooLarge: it is longer than 256 KB.
        ValidationFailed: it is no YAML, or uses anchors, tags, several documents, or more than ten
            levels; with line and column.
    """
    if len(content) > MAX_BYTES:
        raise PayloadTooLarge(f"文件不能超过 {MAX_BYTES // 1024} KB，请精简后再提交。")
    reader = _YamlReader(yaml.parse(_decode(content), Loader=LOADER))
    try:
        return reader.read_document()
    except yaml.MarkedYAMLError as error:
        problem, mark = error.problem or "", error.problem_mark
        message = next((message for part, message in SYNTAX if part in problem), OTHER_SYNTAX)
        _refuse(_position(mark) if mark else START, "yaml_syntax", message)
    except yaml.YAMLError:
        _refuse(START, "yaml_syntax", OTHER_SYNTAX)


def to_yaml(data: Mapping[str, Any]) -> bytes:
    """Return values as YAML in UTF-8; ``read_yaml`` reads them back."""
    text: str = yaml.safe_dump(dict(data), allow_unicode=True, sort_keys=False, width=100)
    return text.encode()


def _refuse(position: TextPosition, code: str, message: str) -> NoReturn:
    detail = f"第 {position.line} 行：{message}"
    flaw = FieldError(code, detail, pointer="#", line=position.line, column=position.column)
    raise ValidationFailed(detail, flaws=[flaw])


def _decode(content: bytes) -> str:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        message = "有无法识别的字符，请把文件以 UTF-8 编码保存"
        _refuse(TextPosition(line, 1), "yaml_encoding", message)
    control = yaml.reader.Reader.NON_PRINTABLE.search(text)
    if control:
        line = text.count("\n", 0, control.start()) + 1
        column = control.start() - text.rfind("\n", 0, control.start())
        _refuse(TextPosition(line, column), "yaml_encoding", "有不可见的控制字符，请删去")
    return text


class Mark(Protocol):
    """Where an event begins, counted from 0; each of the two loaders has its own class."""

    line: int
    column: int


def _position(mark: Mark | None) -> TextPosition:
    assert mark is not None, "both loaders mark every event"
    return TextPosition(mark.line + 1, mark.column + 1)


class _YamlReader:
    """Builds values from events; takes none beyond the allowed depth."""

    def __init__(self, events: Iterator[yaml.Event]) -> None:
        self._events = events
        self._parsed = ParsedYaml()

    def read_document(self) -> ParsedYaml:
        next(self._events)  # the stream's start
        if isinstance(next(self._events), yaml.StreamEndEvent):
            _refuse(START, "yaml_empty", "文件是空的")
        self._parsed.value = self._value(next(self._events), ())
        next(self._events)  # the document's end
        event = next(self._events)
        if not isinstance(event, yaml.StreamEndEvent):
            message = "一个文件只写一份内容，不要用 --- 分段"
            _refuse(_position(event.start_mark), "yaml_documents", message)
        return self._parsed

    def _value(self, event: yaml.Event, path: Path) -> Any:  # noqa: ANN401 - any value
        position = _position(event.start_mark)
        self._parsed.positions.setdefault(path, position)
        if isinstance(event, yaml.AliasEvent) or event.anchor is not None:  # type: ignore[attr-defined]
            _refuse(position, "yaml_anchor", "不支持锚点和引用（& 和 *），请直接写出内容")
        if event.tag is not None:  # type: ignore[attr-defined]
            _refuse(position, "yaml_tag", "不支持类型标记（!），请直接写出内容")
        if isinstance(event, yaml.ScalarEvent):
            return _scalar(event)
        if len(path) >= MAX_DEPTH:
            _refuse(position, "yaml_depth", f"嵌套超过 {MAX_DEPTH} 层，请核对缩进")
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
            position = _position(event.start_mark)
            if not isinstance(event, yaml.ScalarEvent) or event.anchor or event.tag:
                _refuse(position, "yaml_key", "键应为普通文字")
            key = str(event.value)
            if key in values:
                _refuse(position, "yaml_duplicate_key", f"“{key}”写了两次，请删去一处")
            self._parsed.positions[*path, key] = position
            values[key] = self._value(next(self._events), (*path, key))
        return values


def _scalar(event: yaml.ScalarEvent) -> str | int | float | bool | None:
    text = str(event.value)
    if not event.implicit[0]:  # quoted, or a block of text
        return text
    if text in CONSTANTS:
        return CONSTANTS[text]
    if INTEGER.fullmatch(text):
        return int(text)
    return float(text) if DECIMAL.fullmatch(text) else text


SubmittedT = TypeVar("SubmittedT", bound=Model)


@dataclass(frozen=True, slots=True)
class Submission(Generic[SubmittedT]):
    """A document as it was sent, and the YAML text with its positions (None for JSON)."""

    document: SubmittedT
    text: ParsedYaml | None

    @contextmanager
    def flaws_with_lines(self) -> Iterator[None]:
        """Add lines of the text to the errors of a refusal raised in the block."""
        try:
            yield
        except AppError as error:
            if self.text and error.flaws:
                error.flaws = _sorted_with_lines(error.flaws, self.text)
                error.detail = _summary(error.flaws)
            raise


def from_yaml(content: bytes, model: type[SubmittedT]) -> Submission[SubmittedT]:
    """Read a document from a YAML text.

    Raises:
        PayloadTooLarge: it is longer than 256 KB.
        ValidationFailed: it is no such document; each error has a pointer, a line and a column.
    """
    text = read_yaml(content)
    try:
        return Submission(model.model_validate(text.value), text)
    except ValidationError as error:
        flaws = _sorted_with_lines(_as_refusal(error, text.value).flaws, text)
        raise ValidationFailed(_summary(flaws), flaws=flaws) from error


def from_json_text(content: bytes, model: type[SubmittedT]) -> Submission[SubmittedT]:
    """Read a document from a JSON text.

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
        raise _as_refusal(error, value) from error


def _as_refusal(error: ValidationError, value: object) -> ValidationFailed:
    details = error.errors(include_url=False)
    located = [{**detail, "loc": ("body", *detail["loc"])} for detail in details]
    return validation_failed(located, value)


def _sorted_with_lines(flaws: Iterable[FieldError], text: ParsedYaml) -> tuple[FieldError, ...]:
    with_lines = [_with_line(flaw, text) for flaw in flaws]
    return tuple(sorted(with_lines, key=lambda flaw: (flaw.line or 0, flaw.column or 0)))


def _with_line(flaw: FieldError, text: ParsedYaml) -> FieldError:
    if flaw.pointer is None or flaw.line is not None:
        return flaw
    position = text.position_of(flaw.pointer)
    detail = f"第 {position.line} 行：{flaw.detail}"
    return replace(flaw, detail=detail, line=position.line, column=position.column)


def _summary(flaws: tuple[FieldError, ...]) -> str:
    path = (flaws[0].pointer or "").removeprefix("#").removeprefix("/")
    notes = [path] if path else []
    if len(flaws) > 1:
        notes.append(f"共 {len(flaws)} 处")
    return flaws[0].detail + (f"（{'，'.join(notes)}）" if notes else "")
