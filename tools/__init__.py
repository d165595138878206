"""Tools for people who work on Zhaodan; nothing here is part of the product."""
