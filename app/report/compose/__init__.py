"""The annual summary composed: pure rules turn one fact set into sentences with their records."""
