"""Duties towards each member: talks, hours of training, and when a term ends."""
