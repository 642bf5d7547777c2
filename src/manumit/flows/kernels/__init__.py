"""What is measured about each transfer, causally, in one pass over arrays in order of time."""
