"""The audit trail: every change, chained by hash, never altered."""
