"""Data to begin with: the reference year, a first administrator, and large plausible trees."""
