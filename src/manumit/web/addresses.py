"""Which address somebody may be led to: a page of this house, and nothing else.

An address that comes back from a browser may have been put there by another site (OWASP ASVS 5.0,
3.7.2). So not the foreign ones are sorted out; only what looks like one of our own is let through.
"""

import re

_PAGE = re.compile(r"/(?:[A-Za-z0-9][A-Za-z0-9._-]*(?:/[A-Za-z0-9][A-Za-z0-9._-]*)*/?)?")
LONGEST = 300


def own(target: str) -> str:
    """Return the page that is meant, without its query; "" for anything that is not of ours.

    A query may hold what somebody looked for, and has no place in a session or in an address that
    is passed on.
    """
    page = target.partition("?")[0].partition("#")[0]
    return page if len(page) <= LONGEST and _PAGE.fullmatch(page) else ""
