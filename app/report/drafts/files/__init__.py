"""A stored report on its way out: as a file of each format, and proofread."""
