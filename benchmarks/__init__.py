"""Repeatable measurements of the service: ``make bench N=100000``; see README.md here."""
