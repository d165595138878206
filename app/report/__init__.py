"""The annual summary: frozen facts in, an outline of sentences with their records out."""
