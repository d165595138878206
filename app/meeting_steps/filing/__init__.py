"""报备: the plan of a meeting is filed before it takes place."""
