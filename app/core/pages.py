"""The payload side of lists: their parameters and the page object."""

import hashlib
import json
from typing import Annotated, Generic, TypeVar

from pydantic import BaseModel, Field

from app.core.schemas import Day, Model

MAX_LIMIT = 200
Row = TypeVar("Row", bound=BaseModel)
PAGING = frozenset({"cursor", "limit", "include_total"})


class PageParameters(Model):
    """Paging of every list."""

    limit: Annotated[int, Field(ge=1, le=MAX_LIMIT, description="每页条数")] = 50
    cursor: Annotated[str | None, Field(max_length=500, description="翻页标记，取自上一次结果")] = (
        None
    )


class PageBody(Model, Generic[Row]):
    """One page."""

    items: list[Row]
    next_cursor: Annotated[str | None, Field(description="下一页标记，没有则为空")]
    prev_cursor: Annotated[str | None, Field(description="上一页标记，没有则为空")]
    total: Annotated[int | None, Field(description="总数，仅在 include_total=true 时给出")] = None
    as_of: Annotated[
        Day | None, Field(description="按哪一天判断，仅在查询逾期或指定日期时给出")
    ] = None


def filter_scope(name: str, parameters: BaseModel) -> str:
    """What a cursor is bound to: the list, its filter and its order."""
    kept = parameters.model_dump(mode="json", exclude=set(PAGING))
    body = json.dumps(kept, sort_keys=True, ensure_ascii=False)
    return f"{name}:{hashlib.sha256(body.encode()).hexdigest()}"
