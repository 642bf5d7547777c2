"""What the benchmarks stand on: an instance of its own, a PostgreSQL server, many fictional cases."""
