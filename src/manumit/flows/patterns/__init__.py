"""Whole shapes that money makes, with their members and how far order and amounts speak for them."""
