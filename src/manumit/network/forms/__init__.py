"""What is asked for on the pages of those who are responsible."""
