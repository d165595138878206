"""What becomes of a resolution: the record that is made of it."""
