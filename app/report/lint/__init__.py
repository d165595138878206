"""Proofreading a report: what a careful colleague would point out, never a verdict."""
