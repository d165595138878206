"""The wording of sentences, as data: for each rule the variants and what each one presupposes.

A variant is used when the facts have every feature it needs; the most demanding ones win, and
equals take turns, so that two paragraphs with the same kind of fact do not read alike. None
of these phrases belongs to a certain year, and none claims what a record cannot show.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Variant:
    """A template and the features of the facts without which it would not be true."""

    text: str
    needs: frozenset[str]


def variant(text: str, *needs: str) -> Variant:
    """A variant, what it presupposes written after it."""
    return Variant(text, frozenset(needs))


PHRASES: dict[str, tuple[Variant, ...]] = {
    "lead": (
        variant("{year}年，{unit}{work}；{rectifications}。", "work", "rectifications"),
        variant("{year}年，{unit}{work}。", "work"),
        variant("{year}年，{unit}{rectifications}。", "rectifications"),
        variant("{year}年，{unit}的工作情况报告如下。"),
        variant(
            "现将本人{year}年抓党建工作情况报告如下。一年来，{unit}{work}；{rectifications}。",
            *("first_person", "work", "rectifications"),
        ),
        variant("现将本人{year}年抓党建工作情况报告如下。", "first_person"),
        variant(
            "现将本人{year}年抓党建工作情况报告如下。一年来，{unit}{rectifications}。",
            *("first_person", "rectifications"),
        ),
        variant(
            "现将本人{year}年抓党建工作情况报告如下。一年来，{unit}{work}。",
            *("first_person", "work"),
        ),
    ),
    "lead.rectifications": (
        variant("列入整改台账的问题{total}，{all}{state}", "one_state"),
        variant("列入整改台账的问题{total}，已全部销号", "one_state", "all_closed", "many"),
        variant("列入整改台账的问题{total}，其中{parts}"),
    ),
    "policy.created": (
        variant("{doer}制定{titles}。", "one"),
        variant("{when}，{doer}制定{titles}。", "one", "dated"),
        variant("{doer}制定的{titles}于{when}完成。", "one", "dated"),
        variant("{doer}制定{titles}{count}制度。", "many"),
        variant("{when}，{doer}制定{titles}{count}制度。", "many", "dated"),
        variant("{when}，{doer_seq}制定{titles}{count}制度。", "many", "dated", "spread"),
        variant("{doer}制定的{titles}{count}制度于{when}先后完成。", "many", "dated", "spread"),
    ),
    "policy.revised": (
        variant("{doer}修订{titles}。", "one"),
        variant("{when}，{doer}修订{titles}。", "one", "dated"),
        variant("{doer}修订{titles}{count}制度。", "many"),
        variant("{when}，{doer}修订{titles}{count}制度。", "many", "dated"),
        variant("{doer}修订{titles}{count}制度，分别于{when}完成。", "many", "dated", "spread"),
        variant("{when}，{doer_seq}修订{titles}{count}制度。", "many", "dated", "spread"),
    ),
    "policy.unstated": (
        variant("{doer}形成{titles}。", "one"),
        variant("{when}，{doer}形成{titles}。", "one", "dated"),
        variant("{doer}形成{titles}{count}制度。", "many"),
        variant("{when}，{doer}形成{titles}{count}制度。", "many", "dated"),
    ),
    "study": (
        variant("{doer}开展理论学习中心组学习{count}{attendance}。"),
        variant("{doer}开展理论学习中心组学习{count}，内容为{themes}{attendance}。", "themes"),
        variant("{span}，{doer}开展理论学习中心组学习{count}{attendance}。", "dated"),
        variant(
            "{span}，{doer}开展理论学习中心组学习{count}，内容为{themes}{attendance}。",
            *("dated", "themes"),
        ),
        variant(
            "{span}，{doer}开展理论学习中心组学习{count}，先后学习了{themes}{attendance}。",
            *("dated", "themes", "many"),
        ),
        variant(
            "{span}，{doer}开展理论学习中心组学习{count}，各季度均有安排{attendance}。",
            *("dated", "quarters"),
        ),
        variant(
            "{span}，{doer}开展理论学习中心组学习{count}，各季度均有安排，"
            "先后学习了{themes}{attendance}。",
            *("dated", "quarters", "themes", "many"),
        ),
    ),
    "special": (
        variant("年内，{doer}召开{meetings}{attendance}。"),
        variant("年内，{doer}召开{meetings}，上、下半年均有安排{attendance}。", "halves"),
        variant(
            "年内，{doer}召开{meetings}，各类会议上、下半年均有安排{attendance}。",
            *("halves", "kinds"),
        ),
    ),
    "routine": (
        variant("{doer}{period}{meetings}。"),
        variant("组织生活方面，{doer}{period}{meetings}。", "several"),
    ),
    "lecture": (
        variant("{doer}党课{count}{attendance}。"),
        variant("{when}，{doer}党课{count}，题目为{titles}{attendance}。", "titles", "dated"),
        variant("{doer}党课{count}，题目为{titles}{attendance}。", "titles"),
        variant(
            "{doer}党课{count}，各季度均有安排，题目依次为{titles}{attendance}。",
            *("titles", "dated", "quarters", "many"),
        ),
        variant(
            "{when}，{doer}党课{count}，题目依次为{titles}{attendance}。",
            *("titles", "dated", "many"),
        ),
        variant("{doer}党课{count}，各季度均有安排{attendance}。", "quarters", "dated"),
    ),
    "meeting": (
        variant("{doer}召开{meetings}。"),
        variant("{when}，{doer}召开{meetings}。", "dated"),
    ),
    "assessment": (
        variant("{doer}开展{name}{count}。"),
        variant("{when}，{doer}开展{name}{count}。", "dated"),
        variant("{when}，{doer}开展{name}{count}，各季度均有安排。", "dated", "quarters"),
        variant("考评制度出台后，{subject}于{when}{verb}开展{name}{count}。", "dated", "policy"),
        variant(
            "考评制度出台后，{subject}于{when}{verb}开展{name}{count}，各季度均有安排。",
            *("dated", "policy", "quarters"),
        ),
    ),
    "activity.one": (
        variant("{doer}开展{title}{joined}。"),
        variant("{when}，{doer}开展{title}{joined}。", "dated"),
        variant("{guide}{people}{deed}。", "deed"),
        variant("{when}，{guide}{people}{deed}。", "deed", "dated"),
    ),
    "activity.many": (
        variant("{doer}开展{titles}{joined}。"),
        variant("{when}，{doer}开展{titles}{joined}。", "dated"),
        variant("{when}，{doer_seq}开展{titles}{joined}。", "dated", "spread"),
        variant("{subject}在{when}{verb}开展了{titles}{joined}。", "dated", "spread"),
    ),
    "training": (
        variant("{doer}举办{name}{count}{trained}。"),
        variant("{doer}举办{name}{count}（{when}）{trained}。", "dated"),
        variant("{doer}举办{name}{count}{trained}，{lectures}。", "lectures"),
        variant("{doer}举办{name}{count}（{when}）{trained}，{lectures}。", "dated", "lectures"),
    ),
    "training.lectures": (
        variant("并在培训班上讲授党课{count}，题目为{titles}"),
        variant("并在各期培训班上讲授党课{count}，题目依次为{titles}", "each", "many"),
        variant("其间讲授党课{count}，题目依次为{titles}", "many"),
    ),
    "platform": (
        variant("{doer}建成{titles}。"),
        variant("{when}，{doer}建成{titles}。", "dated"),
    ),
    "breakthrough": (
        variant("{doer}开展{titles}课题攻关{solved}。", "one"),
        variant("{when}，{doer}开展{titles}课题攻关{solved}。", "one", "dated"),
        variant("{doer}开展{titles}{count}课题攻关{solved}。", "many"),
        variant("{when}，{doer}开展{titles}{count}课题攻关{solved}。", "many", "dated"),
    ),
    "article": (
        variant("{doer}撰写文章{count}，题为{titles}。"),
        variant("{when}，{doer}撰写文章{count}，题为{titles}。", "dated"),
        variant("{when}，{doer_seq}撰写文章{count}，分别为{titles}。", "dated", "many"),
    ),
    "award": (
        variant("{doer}获得{titles}。"),
        variant("{when}，{doer}获得{titles}。", "dated"),
        variant("{when}，{doer_seq}获得{titles}，共{count}。", "dated", "many"),
    ),
    "briefing": (
        variant("{doer}编发简报{count}。"),
        variant("{span}，{doer}编发简报{count}。", "dated"),
    ),
    "material": (
        variant("{doer}形成{titles}等材料{count}。"),
        variant("{doer}形成{titles}材料{count}。", "cut"),
    ),
    "talk": (
        variant("{doer}开展{talks}。"),
        variant("{span}，{doer}开展{talks}。", "dated", "spread"),
    ),
    "supervision": (
        variant(
            "监督执纪方面，{period}{doer}开展{talks}；给予党纪处分{sanctions}。",
            "talks",
            "sanctions",
        ),
        variant("监督执纪方面，{period}{doer}开展{talks}。", "talks"),
        variant("监督执纪方面，{period}给予党纪处分{sanctions}。", "sanctions"),
    ),
    "rectification.closed": (
        variant("{groups}已全部整改销号。"),
        variant("{groups}已整改销号。", "one"),
        variant("{groups}已于{when}整改销号。", "one", "dated"),
        variant("{groups}已全部整改销号，完成时间为{when}。", "dated"),
        variant("{groups}从{first}起陆续销号，到{last}已全部办结。", "dated", "spread"),
    ),
    "rectification.excepted": (
        variant("{group}中，除{suspended}外，其余{closed}{all}已整改销号。"),
        variant(
            "{group}中，除{suspended}外，其余{closed}{all}已整改销号，各项在{when}陆续完成。",
            *("dated", "spread"),
        ),
    ),
    "rectification.mixed": (variant("{group}中，{parts}{overdue}。"),),
    "rectification.only": (
        variant("{group}目前{parts}{overdue}。"),
        variant("{group}目前{all}{state}{overdue}。", "one_state"),
    ),
    "rectification.total": (variant("以上问题合计{total}，销号率为{rate}。"),),
    "missed.one": (
        variant("{thing}列入计划，截至{as_of}尚未{verb}。"),
        variant("{thing}原定{day}{verb}，截至{as_of}尚未{verb}。", "planned"),
        variant("{thing}应于{day}前{verb}，截至{as_of}尚未{verb}。", "due"),
    ),
    "missed.many": (variant("截至{as_of}，未按计划完成的有{things}。"),),
    "overdue.one": (
        variant("{thing}截至{as_of}尚未完成整改，已逾期{days}。"),
        variant("{thing}应于{day}前完成整改，截至{as_of}已逾期{days}。", "due"),
        variant(
            "{thing}应于{day}前完成整改，曾提交验收后被退回，截至{as_of}已逾期{days}。",
            *("due", "returned"),
        ),
    ),
    "overdue.many": (variant("逾期未完成整改的有{things}，其中逾期最长的{days}。"),),
    "returned.one": (variant("{thing}曾提交验收后被退回，截至{as_of}仍在整改。"),),
    "returned.many": (variant("提交验收后被退回、仍在整改的有{things}。"),),
    "unfinished.one": (
        variant("{thing}截至{as_of}尚未完成整改。"),
        variant("{thing}的整改时限为{day}，目前尚未完成。", "due"),
    ),
    "unfinished.many": (variant("尚未完成整改的有{things}。"),),
    "suspended.one": (
        variant("{thing}暂缓整改，至今没有办结。"),
        variant("{thing}自{day}起暂缓整改，至今没有办结。", "dated"),
        variant("{thing}经请示{approver}同意暂缓整改，至今没有办结。", "approved"),
        variant(
            "{thing}自{day}起经请示{approver}同意暂缓整改，至今没有办结。", "dated", "approved"
        ),
    ),
    "suspended.many": (variant("暂缓整改、尚未办结的有{things}。"),),
}

GAP_TOPICS: dict[str, str] = {
    "missed": "工作计划有落空",
    "overdue": "整改进度有拖延",
    "returned": "有整改未通过验收",
    "unfinished": "部分整改尚未完成",
    "suspended": "暂缓事项尚待办结",
}

PLAN_TOPICS: dict[str, str] = {
    "missed": "补上未落实的计划",
    "overdue": "办结逾期整改",
    "returned": "办结被退回的整改",
    "unfinished": "接续推进未完成的整改",
    "submitted": "做好待验收问题的销号",
    "suspended": "跟进暂缓事项",
    "upcoming": "按期办好已列入计划的工作",
}

PLAN_DEEDS: dict[str, str] = {
    "missed.meeting": "补开{things}",
    "missed.talk": "补谈{things}",
    "missed.activity": "补办{things}",
    "missed.output": "补齐{things}",
    "overdue": "限期完成{things}的整改",
    "returned": "对照退回意见完成{things}的整改并重新提交验收",
    "unfinished": "完成{things}的整改",
    "submitted": "配合完成{things}的验收",
    "suspended": "明确{things}恢复整改的时间",
    "suspended.approver": "就{things}恢复整改的时间请示{approver}",
}
