"""Evidence: the files behind the records, what may be one, and where their bytes live."""
