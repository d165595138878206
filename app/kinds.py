"""The kinds of record, collected once, in the order of the API's description and of every list."""

from collections.abc import Mapping

from app.activities.kind import KIND as ACTIVITY
from app.items.kinds import Kind
from app.meetings.kind import KIND as MEETING
from app.outputs.kind import KIND as OUTPUT
from app.rectifications.kind import KIND as RECTIFICATION
from app.sanctions.kind import KIND as SANCTION
from app.talks.kind import KIND as TALK

KINDS: tuple[Kind, ...] = (MEETING, TALK, SANCTION, RECTIFICATION, ACTIVITY, OUTPUT)
BY_NAME: Mapping[str, Kind] = {kind.name: kind for kind in KINDS}
BY_PLURAL: Mapping[str, Kind] = {kind.plural: kind for kind in KINDS}
# Kind and type of the records that take the permission for supervision.
SUPERVISED: frozenset[tuple[str, str]] = frozenset(
    (kind.name, type_) for kind in KINDS for type_ in kind.supervised
)
