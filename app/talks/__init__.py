"""Talks with people (谈话): care, duty and supervision, never summed together."""
