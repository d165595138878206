"""The kinds of record, by the plural that addresses and data files use."""

from collections.abc import Mapping

from app.activities.routes import ACTIVITY
from app.items.kinds import Kind
from app.meetings.routes import MEETING
from app.outputs.routes import OUTPUT
from app.rectifications.routes import RECTIFICATION
from app.sanctions.routes import SANCTION
from app.talks.routes import TALK

KINDS: Mapping[str, Kind] = {
    kind.plural: kind for kind in (MEETING, TALK, SANCTION, RECTIFICATION, ACTIVITY, OUTPUT)
}
