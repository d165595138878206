"""Made-up content to try and to measure the service with, entered through its own services."""
