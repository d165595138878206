"""The spine: what every record has, whatever its kind."""
