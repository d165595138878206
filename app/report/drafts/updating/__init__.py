"""What has changed since a report was drafted, and taking it over."""
