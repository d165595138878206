"""Documents that organisations keep: saved, revised for ever, put in force, shelved, retired."""
