"""The commands of ``zhaodan``, one file for each kind of work."""
