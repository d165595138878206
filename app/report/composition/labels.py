"""Chinese names of types, sources, posts and kinds of organisation."""

MEETING_NAMES = {
    "member_assembly": "支部党员大会",
    "committee_meeting": "支部委员会会议",
    "group_meeting": "党小组会",
    "theme_party_day": "主题党日",
    "organizational_life_meeting": "组织生活会",
    "democratic_life_meeting": "民主生活会",
    "democratic_appraisal": "民主评议党员会议",
    "major_decision": "“三重一大”集体决策会议",
    "secretary_review": "书记述职评议会议",
    "term_election": "换届选举会议",
}

SPECIAL_TOPICS = {
    "party_building": "党建工作专题会议",
    "ideology": "意识形态专题会议",
    "integrity": "党风廉政建设专题会议",
    None: "专题会议",
}

TALK_NAMES = {
    "heart_talk": "谈心谈话",
    "duty_talk": "约谈",
    "integrity_talk": "廉政谈话",
    "reminder_talk": "提醒谈话",
    "criticism": "批评教育",
    "ordered_review": "责令检查",
    "admonition_talk": "诫勉谈话",
    "inquiry_letter": "函询",
}

SOURCE_NAMES = {
    "inspection": "巡视巡察反馈的{n}问题",
    "audit": "审计指出的{n}问题",
    "assessment_feedback": "考核反馈的{n}问题",
    "self_check": "自查发现的{n}问题",
    "democratic_life_meeting": "民主生活会对照检查出的{n}问题",
    "other": "其他渠道提出的{n}问题",
}

# The same in a report on part of a year, which tells of what was under way in it.
CURRENT_NAMES = {
    "inspection": "{n}巡视巡察反馈问题",
    "audit": "{n}审计问题",
    "assessment_feedback": "{n}考核反馈问题",
    "self_check": "{n}自查问题",
    "democratic_life_meeting": "{n}民主生活会对照检查问题",
    "other": "{n}其他问题",
}

UNIT_NAMES = {
    "party_committee": "党委",
    "work_committee": "党工委",
    "general_branch": "党总支",
    "party_branch": "党支部",
    "party_group": "党小组",
}

POST_PREFIXES = {
    "party_committee": "党委",
    "work_committee": "党工委",
    "general_branch": "总支",
    "party_branch": "支部",
    "party_group": "党小组",
}

# A person without a post: the deed is not the organisation's.
SOMEBODY = "有关同志"

POST_NAMES = {
    "secretary": "书记",
    "deputy_secretary": "副书记",
    "organization_commissioner": "组织委员",
    "publicity_commissioner": "宣传委员",
    "discipline_commissioner": "纪检委员",
}
