"""What the databases need to stay quick as they grow; changes no row that anybody reads."""

import os

from django.db import connections

_ROWS_LOOKED_AT = 400  # per index: milliseconds, whatever the size
_BULK_CACHE_KIB = 1 << 20  # at most, and a quarter of the machine's memory
_BULK_LOG_PAGES = 50_000  # 200 MB


def refresh_statistics() -> None:
    """Let SQLite count anew how its rows are spread, so that it chooses the right index.

    Without it SQLite takes every index for equally good and reads a whole unit where it wants
    25 rows. PostgreSQL does this by itself.
    """
    for connection in connections.all():
        if connection.vendor == "sqlite":
            with connection.cursor() as cursor:
                cursor.execute(f"PRAGMA analysis_limit={_ROWS_LOOKED_AT}")
                cursor.execute("ANALYZE")


def expect_many_rows() -> None:
    """Give this process's SQLite memory and a longer log before millions of rows go in.

    Random identifiers touch thousands of pages of an index in each batch: with the memory of a page's
    request they would be read and written over and over.
    """
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 1024
    cache = min(_BULK_CACHE_KIB, memory // 4)
    for connection in connections.all():
        if connection.vendor == "sqlite":
            with connection.cursor() as cursor:
                cursor.execute(f"PRAGMA cache_size=-{cache}")
                cursor.execute(f"PRAGMA wal_autocheckpoint={_BULK_LOG_PAGES}")


def leave_nothing_behind() -> None:
    """Write the log of changes back into the SQLite files and empty it.

    What was deleted is overwritten in the file (secure_delete), but an older copy of the page may
    stand in the log until then.
    """
    for connection in connections.all():
        if connection.vendor == "sqlite":
            with connection.cursor() as cursor:
                cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
                cursor.fetchall()
