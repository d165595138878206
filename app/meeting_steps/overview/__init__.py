"""The four steps side by side: of one meeting, and of the meetings of a year."""
