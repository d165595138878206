"""Pages and static files for people; the API is served by the rooms."""
