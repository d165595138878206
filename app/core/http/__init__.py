"""HTTP mechanics that know nothing of the trade: problems, replies, middleware."""
