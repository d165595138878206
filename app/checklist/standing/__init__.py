"""Where the list stands on a day: done, late, missing, not yet due, waived."""
