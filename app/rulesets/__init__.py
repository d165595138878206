"""Rule sets (规则库): what organisations of a kind owe in a year, as data with its sources."""
