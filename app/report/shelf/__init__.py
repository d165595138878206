"""The shelf of units' own report books: saving, revising, putting in force, previewing."""
