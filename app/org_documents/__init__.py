"""Documents of organisations: saved, revised, put in force, made available, retired."""
