"""The review of a report: steps and comments."""
