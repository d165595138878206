"""Meetings (三会一课, 专题会议 and the others)."""
