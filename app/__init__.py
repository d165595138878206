"""Zhaodan: the responsibility list, the records and the year-end report of a party organisation."""
