"""Editing a report's blocks, and what stands behind them."""
