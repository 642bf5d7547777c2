"""Forms of the financial-intelligence workbench."""
