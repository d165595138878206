"""Rules of part one: each turns the facts of one strand of work into sentences."""
