"""Input formats; how dates are shown is Django's."""
