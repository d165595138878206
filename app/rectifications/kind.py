"""Rectifications as a kind of record."""

from app.items.kinds import Kind, among, equals
from app.items.rules import ItemKind
from app.rectifications.models import Rectification
from app.rectifications.queries import was_returned
from app.rectifications.rules import TYPE_LABELS
from app.rectifications.schemas import (
    RectificationFilters,
    RectificationRead,
    RectificationSummary,
    RectificationWrite,
)
from app.rectifications.service import begin, fill

KIND = Kind(
    name=ItemKind.RECTIFICATION,
    plural="rectifications",
    label="整改",
    tag="整改台账",
    types=TYPE_LABELS,
    measure="个",
    model=Rectification,
    write=RectificationWrite,
    read=RectificationRead,
    summary=RectificationSummary,
    filters=RectificationFilters,
    cancellable=False,
    fixed={"found_on": "发现日期登记后不能修改，时限和历史由它起算；填错的请删除后重新登记"},
    fill=fill,
    begin=begin,
    statements={
        "source": among(Rectification.source),
        "lead_leader": equals(Rectification.lead_leader),
        "returned": was_returned,
    },
)
