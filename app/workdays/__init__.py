"""Working days (工作日与调休): the state's calendar, and what a tree knows better."""
