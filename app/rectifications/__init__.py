"""Rectifications (整改): problems, measures, deadlines, and how each came to its end."""
