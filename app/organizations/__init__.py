"""The tree of party organisations and their members (花名册)."""
