"""质量评估: the superior scores the record of a meeting against a sheet."""
