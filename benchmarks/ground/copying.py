"""Copy the content of an instance from SQLite to PostgreSQL: `copying.py DATA DATABASE_URL`."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from ground import instance


def main() -> None:
    data, url = Path(sys.argv[1]), sys.argv[2]
    instance.begin(data, url)
    instance.migrate()
    from ground import tables

    tables.copy_to_postgres(data / "manumit.db")


if __name__ == "__main__":
    main()
