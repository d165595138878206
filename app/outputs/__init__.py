"""Outputs: policies, articles, breakthroughs, platforms, awards, material (成果)."""
