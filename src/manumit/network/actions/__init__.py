"""Acts on those who are responsible and what is known of them."""
