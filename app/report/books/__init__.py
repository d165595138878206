"""The phrase book and the outlines of reports, as data."""
