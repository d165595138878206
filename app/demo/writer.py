"""Records written in bulk as the services would have written them, verb by verb.

Whatever is derived comes from the same pure rules as in the services. A test reads every record
back through the API and derives its deadline spans anew.
"""

from collections.abc import Mapping
from datetime import date
from uuid import UUID

from app.core.ids import new_id
from app.core.unit import Change
from app.demo.batch import Batch
from app.demo.record import Hand, Record, Row, children, own_row, span_rows
from app.demo.tree import Place
from app.items.extension_schemas import ExtensionRead
from app.items.kinds import Kind
from app.items.models import DeadlineSpan, ExtensionRequest, Item, ItemEvent
from app.items.rules import ItemKind, Status, is_late_entry, opening_day
from app.items.schemas import ActorField, RecordWrite
from app.rectifications.rules import STEPS, StepName

STATED = frozenset(Item.__table__.columns.keys()) - {"organization_id", "due_on", "happened_on"}


class Writer:
    """Writes the records of one tree to a batch, verb by verb."""

    def __init__(self, batch: Batch, focuses: Mapping[str, UUID]) -> None:
        self._batch = batch
        self._focuses = focuses

    def enter(self, kind: Kind, place: Place, wish: RecordWrite, hand: Hand) -> Record:
        """A new record; a rectification begins its history on the day on which it was found."""
        row = self._spine(wish, place)
        happened = row["happened_on"]
        row |= {
            "id": new_id(),
            "kind": kind.name,
            "organization_id": place.id,
            "restricted": kind.restricted(wish),
            "original_due_on": wish.due_on,
            "due_on": wish.due_on,
            "cancelled_on": None,
            "opened_on": opening_day(hand.on, row["planned_on"], wish.due_on, happened),
            "day": happened or row["planned_on"] or wish.due_on or hand.on,
            "late_entry": is_late_entry(happened, hand.on),
            "created_by": hand.actor.user_id,
            "created_at": hand.at,
            "updated_at": hand.at,
            "deleted_at": None,
            "removed_on": None,
            "version": 1,
        }
        record = Record(kind, place, wish, row)
        if kind.name == ItemKind.RECTIFICATION:
            row["status"], row["completed_on"] = Status.OPEN, None
            self._event(record, "opened", Hand(hand.actor, happened, hand.at))
        self._note(record, "created", None, wish.model_dump(mode="json"), hand)
        return record

    def change(self, record: Record, wish: RecordWrite, hand: Hand) -> None:
        """A correction, such as that something planned has happened now."""
        row = record.row
        known = record.wish.model_copy(update={"due_on": row["due_on"]})
        before = known.model_dump(mode="json")
        row |= self._spine(wish, record.place)
        happened = row["happened_on"]
        row["opened_on"] = min(row["opened_on"], happened or row["opened_on"])
        row["day"] = happened or row["planned_on"] or row["original_due_on"]
        record.wish = wish
        self._touch(record, hand)
        self._note(record, "changed", before, wish.model_dump(mode="json"), hand)

    def cancel(self, record: Record, reason: str, hand: Hand) -> None:
        """A cancellation of something planned."""
        before = {"status": record.row["status"]}
        record.row |= {"status": Status.CANCELLED, "cancelled_on": hand.on}
        self._touch(record, hand)
        after = {"status": Status.CANCELLED, "on": hand.on.isoformat(), "reason": reason}
        self._note(record, "cancelled", before, after, hand)

    def step(self, record: Record, name: StepName, hand: Hand, **said: str) -> None:
        """A step in a rectification's life; ``said`` holds the note and what else it takes."""
        rule, row = STEPS[name], record.row
        before = {"status": row["status"]}
        row["status"] = rule.target
        row["completed_on"] = hand.on if rule.target == Status.CLOSED else None
        note = said.get("note")
        details = {key: value for key, value in said.items() if key != "note"} or None
        self._event(record, name, hand, note, details)
        self._touch(record, hand)
        after = {"name": name, "on": hand.on.isoformat(), "note": note, **(details or {})}
        self._note(record, name, before, after | {"status": rule.target}, hand)

    def ask(self, record: Record, due_on: date, reason: str, hand: Hand) -> Row:
        """A request for a later deadline."""
        request: Row = {
            "id": new_id(),
            "item_id": record.row["id"],
            "previous_due_on": record.row["due_on"],
            "requested_due_on": due_on,
            "reason": reason,
            "state": "pending",
            "requested_at": hand.at,
            "requested_by": hand.actor.user_id,
            "requested_by_name": hand.actor.name,
            "decided_on": None,
            "decided_at": None,
            "decided_by": None,
            "decided_by_name": None,
            "decision_note": None,
        }
        record.extensions.append(request)
        self._note_extension(record, "extension_requested", request, hand)
        return request

    def decide(self, record: Record, request: Row, note: str | None, hand: Hand) -> None:
        """The decision on a request: denied when a note says why, approved otherwise."""
        request["state"] = "denied" if note else "approved"
        request |= {"decided_on": hand.on, "decided_at": hand.at, "decision_note": note}
        request |= {"decided_by": hand.actor.user_id, "decided_by_name": hand.actor.name}
        if not note:
            record.row["due_on"] = request["requested_due_on"]
        name = f"extension_{request['state']}"
        self._event(record, name, hand, note)
        self._touch(record, hand)
        self._note_extension(record, name, request, hand)

    def finish(self, record: Record) -> None:
        """Hand the record's rows to the batch, with the deadline spans of its whole life."""
        add = self._batch.add
        add(Item.__table__, record.row)
        add(record.kind.model.__table__, own_row(record))
        for table, row in children(record):
            add(table, row)
        for event in record.events:
            add(ItemEvent.__table__, event)
        for request in record.extensions:
            add(ExtensionRequest.__table__, request)
        for row in span_rows(record):
            add(DeadlineSpan.__table__, row)

    def _spine(self, wish: RecordWrite, place: Place) -> Row:
        """The spine's columns that follow from the payload alone."""
        stated = vars(wish)
        happened = stated.get("happened_on") or stated.get("found_on")
        row: Row = {"topic": None, "planned_on": None}
        row |= {name: value for name, value in stated.items() if name in STATED}
        row |= {
            "focus_id": self._focuses[wish.focus] if wish.focus else None,
            "happened_on": happened,
            "completed_on": happened,
            "status": Status.COMPLETED if happened else Status.PLANNED,
        }
        actor = stated.get("actor") or ActorField()
        row |= {"actor_kind": actor.kind, "actor_name": actor.name, "actor_post": actor.post}
        if wish.responsible_member_id and not wish.responsible_person:
            row["responsible_person"] = place.name_of(wish.responsible_member_id)
        return row

    def _event(
        self,
        record: Record,
        name: str,
        hand: Hand,
        note: str | None = None,
        details: dict[str, str] | None = None,
    ) -> None:
        record.events.append(
            {
                "id": new_id(),
                "item_id": record.row["id"],
                "sequence": len(record.events) + 1,
                "name": name,
                "status": record.row["status"],
                "due_on": record.row["due_on"],
                "effective_on": hand.on,
                "note": note,
                "details": details,
                "recorded_at": hand.at,
                "recorded_by": hand.actor.user_id,
                "recorded_by_name": hand.actor.name,
            }
        )

    def _touch(self, record: Record, hand: Hand) -> None:
        record.row["updated_at"] = hand.at
        record.row["version"] += 1

    def _note(
        self, record: Record, action: str, before: Row | None, after: Row, hand: Hand
    ) -> None:
        row, kind = record.row, record.kind.name
        change = Change(
            f"{kind}.{action}", kind, row["id"], record.place.id, before, after, row["restricted"]
        )
        self._batch.note(change, hand.at, hand.actor)

    def _note_extension(self, record: Record, action: str, request: Row, hand: Hand) -> None:
        shown = {name: request[name] for name in ExtensionRead.model_fields}
        after = ExtensionRead.model_validate(shown).model_dump(mode="json")
        self._note(record, action, None, after, hand)
