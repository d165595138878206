"""The base of payloads and the types of their fields: text, days, times, counts."""

import re
import unicodedata
from datetime import date, time
from typing import Annotated, ClassVar

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema
from pydantic_core import PydanticCustomError

# Direction overrides can make a name read as another; line breaks and tabs are allowed.
FORBIDDEN_FORMATS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
# Not characters of Unicode; XML cannot hold them, so no Word file could be written.
NO_CHARACTERS = frozenset("\ufffe\uffff")
REFUSED = FORBIDDEN_FORMATS | NO_CHARACTERS
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
TIME_OF_DAY = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9])?")
EARLIEST = date(1921, 7, 1)
LATEST = date(2199, 12, 31)


def _clean(value: str) -> str:
    for character in value:
        control = unicodedata.category(character) == "Cc" and character not in "\n\t\r"
        if control or character in REFUSED:
            raise PydanticCustomError(
                "control_character", "文字中有不可见的控制字符，请删去后重新提交"
            )
    return value


def _one_line(value: str) -> str:
    if any(character in "\n\r\t" for character in value):
        raise PydanticCustomError("line_break", "这里只能写一行文字，请删去换行或制表符")
    return value


def _not_blank(value: str) -> str:
    if not value.strip():
        raise PydanticCustomError("blank", "不能只填空格")
    return value


def _plausible_day(value: date) -> date:
    if not EARLIEST <= value <= LATEST:
        raise PydanticCustomError("date_out_of_range", "日期应在 1921-07-01 至 2199-12-31 之间")
    return value


def _day_text(value: object) -> object:
    # Lenient parsing would take numbers and instants for days.
    if isinstance(value, date) or (isinstance(value, str) and DAY.fullmatch(value)):
        return value
    raise PydanticCustomError("date_parsing", "日期格式应为 YYYY-MM-DD")


def _time_text(value: object) -> object:
    # Lenient parsing would take numbers for seconds, and zones: one database loses them, and
    # the program cannot compare such times.
    if isinstance(value, time) or (isinstance(value, str) and TIME_OF_DAY.fullmatch(value)):
        return value
    raise PydanticCustomError("time_parsing", "时刻格式应为 hh:mm 或 hh:mm:ss，不带时区")


_Clean, _OneLine = AfterValidator(_clean), AfterValidator(_one_line)
_NotBlank = AfterValidator(_not_blank)
Name = Annotated[str, Field(min_length=1, max_length=100), _Clean, _OneLine, _NotBlank]
Title = Annotated[str, Field(min_length=1, max_length=300), _Clean, _OneLine, _NotBlank]
LongText = Annotated[str, Field(min_length=1, max_length=20_000), _Clean, _NotBlank]
Day = Annotated[date, BeforeValidator(_day_text), AfterValidator(_plausible_day)]
TimeOfDay = Annotated[
    time,
    BeforeValidator(_time_text),
    WithJsonSchema({"type": "string", "pattern": f"^{TIME_OF_DAY.pattern}$"}),
]
Headcount = Annotated[int, Field(ge=0, le=1_000_000, strict=True)]


def field_error(field: str, code: str, message: str) -> PydanticCustomError:
    """Make the error of a rule over several fields, pointing at the one to look at."""
    return PydanticCustomError(code, "{message}", {"field": field, "message": message})


class Model(BaseModel):
    """The base of payloads: what is not declared is refused, nothing is trimmed or converted."""

    model_config = ConfigDict(extra="forbid", from_attributes=True)
    # An object whose parts mean nothing without each other: a patch replaces it whole.
    one_value: ClassVar[bool] = False


class ApproximateCount(Model):
    """A count or an estimate: 20余 is ``{"value": 20, "approximate": true}``."""

    value: Annotated[Headcount, Field(description="数量", examples=[42])]
    approximate: Annotated[bool, Field(description="是否为约数（如“20余”）")] = False

    @property
    def most(self) -> int:
        """Return the most that it may stand for: 20余 are up to 29; 约23 and 23 are no more."""
        return self.value + 9 if self.approximate and self.value % 10 == 0 else self.value
