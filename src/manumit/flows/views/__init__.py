"""Pages of the financial-intelligence workbench."""
