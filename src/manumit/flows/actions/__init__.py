"""Acts of the financial-intelligence workbench."""
