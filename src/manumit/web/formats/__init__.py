"""How dates are typed: the same in every language, because the browser sends ISO 8601."""
