"""Read-only numbers; each class reads through the session of its unit of work."""
