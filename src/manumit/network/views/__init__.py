"""Pages of those who are responsible."""
