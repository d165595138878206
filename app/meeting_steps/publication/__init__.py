"""公示: the record of a meeting is shown to members for some days."""
