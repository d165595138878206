"""Turn Pydantic's errors into one business error with Chinese messages."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from app.core.errors import FieldError, ValidationFailed

MESSAGES: Mapping[str, str] = {
    "missing": "必填，请补充",
    "extra_forbidden": "不认识的字段，请核对名称或删去",
    "string_type": "应为文字",
    "string_too_short": "至少 {min_length} 个字符",
    "string_too_long": "最多 {max_length} 个字符，请精简",
    "string_unicode": "含有无法识别的字符，请删去",
    **dict.fromkeys(("int_type", "int_parsing"), "应为整数"),
    "int_from_float": "应为整数，不能有小数",
    "int_parsing_size": "数字过大",
    **dict.fromkeys(("float_type", "float_parsing", "decimal_parsing", "decimal_type"), "应为数字"),
    "finite_number": "应为有限的数字",
    "decimal_max_places": "最多 {decimal_places} 位小数",
    "decimal_max_digits": "最多 {max_digits} 位数字",
    "decimal_whole_digits": "整数部分最多 {whole_digits} 位",
    **dict.fromkeys(("bool_type", "bool_parsing"), "应为 true 或 false"),
    "greater_than_equal": "不能小于 {ge}",
    "greater_than": "应大于 {gt}",
    "less_than_equal": "不能大于 {le}",
    "less_than": "应小于 {lt}",
    **dict.fromkeys(
        ("date_type", "date_parsing", "date_from_datetime_inexact"), "日期格式应为 YYYY-MM-DD"
    ),
    "date_from_datetime_parsing": "日期格式应为 YYYY-MM-DD，且该日应存在",
    **dict.fromkeys(
        ("datetime_type", "datetime_parsing", "datetime_from_date_parsing"),
        "时间格式应为 YYYY-MM-DDThh:mm:ss+08:00",
    ),
    "timezone_aware": "时间应注明时区，如 +08:00",
    **dict.fromkeys(("time_type", "time_parsing"), "时刻格式应为 hh:mm"),
    **dict.fromkeys(("uuid_type", "uuid_parsing", "uuid_version"), "编号格式不正确"),
    "list_type": "应为列表",
    **dict.fromkeys(
        ("dict_type", "model_type", "model_attributes_type", "dataclass_type"), "应为对象"
    ),
    "too_long": "最多 {max_length} 项",
    "too_short": "至少 {min_length} 项",
    "json_invalid": "请求体不是有效的 JSON，请检查引号、逗号和括号",
    "json_type": "请求体应为 JSON",
    "union_tag_not_found": "缺少用于区分类型的字段 {discriminator}",
    "frozen_field": "不能修改",
    "none_required": "应为空",
}
# What a pattern asks for, by its beginning.
FORMATS: tuple[tuple[str, str], ...] = (
    (r"^(19[2-9]\d|", "应写年份和两位月份，如 2018-09"),
    ("^([01][0-9]|2[0-3])", "应写两位小时和分钟，如 09:30"),
    ("^[a-z][a-z0-9_.]", "应以小写字母开头，只用小写字母、数字、下划线和点，如 part.two"),
    ("^[a-z]", "应以小写字母开头，只用小写字母、数字和下划线，如 member_assembly"),
    ("^[a-z0-9_", "只能用小写字母、数字和下划线，如 member_assembly"),
    ("^[A-Za-z0-9._-]", "只能用英文字母、数字、点、短横线和下划线，如 li.hong"),
    ("^[0-9a-f]", "编号格式不正确"),
)
OTHER_FORMAT = "格式不符合要求"


PayloadT = TypeVar("PayloadT", bound=BaseModel)


def describe(error: Mapping[str, Any]) -> str:
    """Return the Chinese message of a Pydantic error; custom errors bring their own."""
    code, context = error["type"], error.get("ctx") or {}
    if code in {"enum", "literal_error"}:
        return f"取值应为其中之一：{_listed(context.get('expected', ''))}"
    if code == "union_tag_invalid":
        return f"取值不在允许的范围内：{_listed(context.get('expected_tags', ''))}"
    if code == "string_pattern_mismatch":
        pattern = str(context.get("pattern", ""))
        return next((text for start, text in FORMATS if pattern.startswith(start)), OTHER_FORMAT)
    template = MESSAGES.get(code)
    return template.format(**context) if template else str(error["msg"])


def _listed(expected: object) -> str:
    """Put 、 between Pydantic's allowed values (``'a', 'b' or 'c'``)."""
    return str(expected).replace(" or ", "、").replace(", ", "、").replace("'", "")


def _field_error(error: Mapping[str, Any], body: object) -> FieldError:
    location = [str(part) for part in error["loc"]]
    origin, path = location[0] if location else "body", location[1:]
    # A rule over several fields is raised for the whole and names the field to look at, such as
    # ``votes.0.eligible``.
    context = error.get("ctx") or {}
    field = context.get("field") or str(context.get("discriminator", "")).strip("'")
    path += field.split(".") if field else []
    detail = describe(error)
    if origin == "body":
        if error["type"] == "json_invalid":
            path = []
        parts = (part.replace("~", "~0").replace("/", "~1") for part in _in_body(path, body))
        pointer = "#" + "".join(f"/{part}" for part in parts)
        return FieldError(error["type"], detail, pointer=pointer)
    return FieldError(error["type"], detail, parameter=".".join(path) or origin)


def _in_body(path: Sequence[str], body: object) -> Iterator[str]:
    """Yield the parts of a path that lie in the body: Pydantic also names a union's branch."""
    value = body
    for position, part in enumerate(path, start=1):
        if isinstance(value, dict):
            if position < len(path) and _names_branch(part, path[position], value):
                continue
            value = value.get(part)
        elif isinstance(value, list):
            value = value[int(part)] if part.isdigit() and int(part) < len(value) else None
        yield part


def _names_branch(part: str, following: str, value: Mapping[str, Any]) -> bool:
    """Tell whether a part is a union's branch, which may be named like a plain field beside it."""
    if part not in value:
        return True
    return not isinstance(value[part], dict | list) and following in value


def validation_failed(errors: Sequence[Mapping[str, Any]], body: object = None) -> ValidationFailed:
    """Make the business error of Pydantic errors whose ``loc`` begins with body or query."""
    flaws = [_field_error(error, body) for error in errors]
    first = flaws[0]
    count = f"（共 {len(flaws)} 处）" if len(flaws) > 1 else ""
    field = (first.pointer or first.parameter or "").removeprefix("#").removeprefix("/")
    return ValidationFailed(f"{field}{'：' if field else ''}{first.detail}{count}", flaws=flaws)


def checked(model: type[PayloadT], values: Mapping[str, Any]) -> PayloadT:
    """Validate a payload that is put together here, such as a patched one, like one that was sent.

    Raises:
        ValidationFailed: it is not acceptable; the flaws point into the body.
    """
    try:
        return model.model_validate(values)
    except ValidationError as error:
        errors = [
            {**part, "loc": ("body", *part["loc"])} for part in error.errors(include_url=False)
        ]
        raise validation_failed(errors) from error
