"""YAML read event by event: plain values, and the line and column of each.

Only what JSON could say is accepted: no anchors, aliases, tags or second documents, so a short
text cannot stand for a huge or an active one. Words are taken as YAML 1.2 takes them: ``on`` and
``yes`` are text, ``true`` is not.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NoReturn, Protocol

import yaml

from app.core.errors import Flaw, PayloadTooLarge, ValidationFailed

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
class Place:
    """A line and a column, both from 1."""

    line: int
    column: int


@dataclass(slots=True)
class Located:
    """A value read from text, and where each part of it stands."""

    value: Any = None
    places: dict[Path, Place] = field(default_factory=dict)

    def place_of(self, pointer: str) -> Place:
        """Where a JSON pointer leads, or what holds it when the text does not have it."""
        steps = pointer.removeprefix("#").split("/")[1:]
        path = tuple(step.replace("~1", "/").replace("~0", "~") for step in steps)
        while path and path not in self.places:
            path = path[:-1]
        return self.places.get(path, Place(1, 1))


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
        refuse(_place(mark) if mark else Place(1, 1), "yaml_syntax", words)
    except yaml.YAMLError:
        refuse(Place(1, 1), "yaml_syntax", OTHER_SYNTAX)


def to_yaml(data: Mapping[str, Any]) -> bytes:
    """Values as YAML in UTF-8; ``read_yaml`` reads them back."""
    text: str = yaml.safe_dump(dict(data), allow_unicode=True, sort_keys=False, width=100)
    return text.encode()


def refuse(place: Place, code: str, words: str) -> NoReturn:
    """Refuse the text for what stands at a place."""
    detail = f"第 {place.line} 行：{words}"
    flaw = Flaw(code, detail, pointer="#", line=place.line, column=place.column)
    raise ValidationFailed(detail, flaws=[flaw])


def _decoded(content: bytes) -> str:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        refuse(Place(line, 1), "yaml_encoding", "有无法识别的字符，请把文件以 UTF-8 编码保存")
    strange = yaml.reader.Reader.NON_PRINTABLE.search(text)
    if strange:
        line = text.count("\n", 0, strange.start()) + 1
        column = strange.start() - text.rfind("\n", 0, strange.start())
        refuse(Place(line, column), "yaml_encoding", "有不可见的控制字符，请删去")
    return text


class Mark(Protocol):
    """Where an event begins, counted from 0: both loaders have a class of their own."""

    line: int
    column: int


def _place(mark: Mark | None) -> Place:
    assert mark is not None, "both loaders mark every event"
    return Place(mark.line + 1, mark.column + 1)


class _Reader:
    """Builds values from events; pulls no event beyond the allowed depth."""

    def __init__(self, events: Iterator[yaml.Event]) -> None:
        self._events = events
        self._found = Located()

    def document(self) -> Located:
        next(self._events)  # the stream's start
        first = next(self._events)
        if isinstance(first, yaml.StreamEndEvent):
            refuse(Place(1, 1), "yaml_empty", "文件是空的")
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
