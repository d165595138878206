"""What a report reads from the rooms below: constant numbers of statements, frozen facts."""
