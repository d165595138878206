"""Stored reports: drafts as blocks, their review, their versions, finalised reports."""
