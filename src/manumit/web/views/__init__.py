"""Pages of the web package itself: signing in, one's own account, other people's accounts."""
