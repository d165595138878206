"""The style template of a unit's reports: taken in with care, kept with its revisions."""
