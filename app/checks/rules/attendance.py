"""How many came: 实到 and 应到, lists of names, quorums, votes and grades."""

from collections.abc import Iterator

from app.checks.facts import Ballot, Context, Record
from app.checks.findings import Finding, Rule, RuleCode, Severity, about
from app.meetings.rules import BallotKind, MeetingType, quorum_met, vote_quorum_met

PRESENT_OVER_EXPECTED = Rule(
    RuleCode.PRESENT_OVER_EXPECTED,
    Severity.SERIOUS,
    "到会人数多于应到人数",
    "到会人数不会多于应到人数，表决时到会的有表决权人数不会多于会议到会人数。",
    "请核对应到、实到和表决人数；列席人员不计入实到。",
)
ATTENDANCE_LIST_DIFFERS = Rule(
    RuleCode.ATTENDANCE_LIST_DIFFERS,
    Severity.ATTENTION,
    "到会名单与人数不一致",
    "名单上的人数应等于填写的应到人数，其中到会的应等于实到人数。",
    "请对照签到表补全名单或更正人数。",
)
QUORUM_MISSED = Rule(
    RuleCode.QUORUM_MISSED,
    Severity.SERIOUS,
    "到会人数未达到规定",
    "党员大会到会有表决权人数应达到应到会的半数，支委会到会委员应达到半数，"
    "民主生活会到会人数应达到应到的三分之二。",
    "请核对人数；确未达到的，会议形成的决议需要重新研究。",
)
BALLOT_QUORUM_MISSED = Rule(
    RuleCode.BALLOT_QUORUM_MISSED,
    Severity.SERIOUS,
    "表决时到会人数未达到规定",
    "一般表决到会有表决权人数应达到应到会的半数，选举应达到五分之四。",
    "请核对表决人数；确未达到的，该项表决需要重新进行。",
)
VOTES_DO_NOT_ADD_UP = Rule(
    RuleCode.VOTES_DO_NOT_ADD_UP,
    Severity.ATTENTION,
    "表决票数与到会人数不符",
    "赞成、反对、弃权之和应等于到会有表决权人数。",
    "请核对计票结果；有人未投票的，请计入弃权或写明原因。",
)
APPRAISAL_DOES_NOT_ADD_UP = Rule(
    RuleCode.APPRAISAL_DOES_NOT_ADD_UP,
    Severity.ATTENTION,
    "民主评议各等次人数之和不符",
    "优秀、合格、基本合格、不合格人数之和应等于应到、实到或在册党员人数。",
    "请对照评议结果汇总表核对各等次人数。",
)


def present_over_expected(context: Context) -> Iterator[Finding]:
    """More people than could have come."""
    for meeting in context.meetings():
        words = [*_over(meeting), *_over_in_ballots(meeting)]
        if words:
            text = f"{meeting.label}：{'；'.join(words)}。"
            yield about(context, PRESENT_OVER_EXPECTED, text, meeting)


def _over(meeting: Record) -> Iterator[str]:
    listed = sum(person.present for person in meeting.attendance) if meeting.attendance else None
    pairs = (
        ("实到", meeting.present, "应到", meeting.expected),
        ("名单上到会", listed, "应到", meeting.expected),
        ("到会有表决权", meeting.present_eligible, "有表决权", meeting.vote_eligible),
        ("到会有表决权", meeting.present_eligible, "实到", meeting.present),
    )
    for more, came, less, limit in pairs:
        if came is not None and limit is not None and came > limit:
            yield f"{more}{came}人，{less}{limit}人，多{came - limit}人"


def _over_in_ballots(meeting: Record) -> Iterator[str]:
    limits = (("会议到会有表决权", meeting.present_eligible), ("会议实到", meeting.present))
    for ballot in meeting.ballots:
        name, limit = next(((name, limit) for name, limit in limits if limit is not None), ("", 0))
        if name and ballot.present_eligible > limit:
            came = ballot.present_eligible
            yield (
                f"表决“{ballot.matter}”时到会有表决权{came}人，{name}{limit}人，多{came - limit}人"
            )


def attendance_list_differs(context: Context) -> Iterator[Finding]:
    """A list of names that does not have as many as the numbers say."""
    for meeting in context.meetings():
        if not meeting.attendance:
            continue
        came = sum(person.present for person in meeting.attendance)
        pairs = (
            ("名单", len(meeting.attendance), "应到", meeting.expected),
            ("名单上到会", came, "实到", meeting.present),
        )
        words = [
            f"{what}{listed}人，填写的{name}{stated}人，相差{abs(listed - stated)}人"
            for what, listed, name, stated in pairs
            if stated is not None and listed != stated
        ]
        if words:
            text = f"{meeting.label}：{'；'.join(words)}。"
            yield about(context, ATTENDANCE_LIST_DIFFERS, text, meeting)


def quorum_missed(context: Context) -> Iterator[Finding]:
    """A meeting that too few attended (支部工作条例第十一条, 民主生活会若干规定, practice)."""
    for meeting in context.meetings():
        met = quorum_met(
            MeetingType(meeting.type),
            expected=meeting.expected,
            present=meeting.present,
            eligible=meeting.vote_eligible,
            present_eligible=meeting.present_eligible,
        )
        if met is False:
            text = f"{meeting.label}：{_quorum_arithmetic(meeting)}。"
            yield about(context, QUORUM_MISSED, text, meeting)


def _quorum_arithmetic(meeting: Record) -> str:
    """The numbers that ``quorum_met`` has compared, which it therefore knows."""
    if meeting.type == MeetingType.MEMBER_ASSEMBLY:
        came, due = meeting.present_eligible or 0, meeting.vote_eligible or 0
        return f"有表决权{due}人，到会{came}人，{came}×2={came * 2}，小于{due}，未达到半数"
    came, due = meeting.present or 0, meeting.expected or 0
    if meeting.type == MeetingType.COMMITTEE_MEETING:
        return f"应到{due}人，实到{came}人，{came}×2={came * 2}，小于{due}，未达到半数"
    return f"应到{due}人，实到{came}人，{came}×3={came * 3}，小于{due}×2={due * 2}，未达到三分之二"


def ballot_quorum_missed(context: Context) -> Iterator[Finding]:
    """A vote that too few could take part in: half, for an election four fifths."""
    for meeting in context.meetings():
        words = [_ballot_arithmetic(ballot) for ballot in meeting.ballots if _missed(ballot)]
        if words:
            text = f"{meeting.label}：{'；'.join(words)}。"
            yield about(context, BALLOT_QUORUM_MISSED, text, meeting)


def _missed(ballot: Ballot) -> bool:
    kind = BallotKind(ballot.kind)
    return vote_quorum_met(ballot.present_eligible, ballot.eligible, kind) is False


def _ballot_arithmetic(ballot: Ballot) -> str:
    came, due = ballot.present_eligible, ballot.eligible
    start = f"“{ballot.matter}”应到会有表决权{due}人，到会{came}人"
    if ballot.kind == BallotKind.ELECTION:
        return f"{start}，{came}×5={came * 5}，小于{due}×4={due * 4}，选举未达到五分之四"
    return f"{start}，{came}×2={came * 2}，小于{due}，未达到半数"


def votes_do_not_add_up(context: Context) -> Iterator[Finding]:
    """A vote whose parts do not make the number of those who could vote."""
    for meeting in context.meetings():
        words = []
        for ballot in meeting.ballots:
            total = ballot.yes + ballot.no + ballot.abstained
            if total != ballot.present_eligible:
                words.append(
                    f"“{ballot.matter}”赞成{ballot.yes}+反对{ballot.no}+弃权{ballot.abstained}"
                    f"={total}，到会有表决权{ballot.present_eligible}人"
                )
        if words:
            text = f"{meeting.label}：{'；'.join(words)}。"
            yield about(context, VOTES_DO_NOT_ADD_UP, text, meeting)


def appraisal_does_not_add_up(context: Context) -> Iterator[Finding]:
    """Grades that are neither as many as came, nor as were to come, nor as the roster has."""
    for meeting in context.meetings():
        if meeting.appraisal is None:
            continue
        known = _known_numbers(context, meeting)
        total = sum(meeting.appraisal)
        if known and total not in known.values():
            parts = "+".join(str(part) for part in meeting.appraisal)
            others = "、".join(f"{name}{number}人" for name, number in known.items())
            text = f"{meeting.label}：各等次{parts}={total}人，与{others}都不相符。"
            yield about(context, APPRAISAL_DOES_NOT_ADD_UP, text, meeting)


def _known_numbers(context: Context, meeting: Record) -> dict[str, int]:
    assert meeting.happened_on is not None
    there = [
        member
        for member in context.roster_of(meeting.organization_id)
        if member.was_there(meeting.happened_on)
    ]
    numbers = {
        "应到": meeting.expected,
        "实到": meeting.present,
        "在册党员": len(there) or None,
        "在册正式党员": sum(member.is_full for member in there) or None,
    }
    return {name: number for name, number in numbers.items() if number is not None}
