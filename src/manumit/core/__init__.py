"""Who may do what, what is sealed, and proof of what was done.

* ``roles``       every permission of the product, as data: permission → role → scope
* ``sealing``     authenticated encryption of values and keys (AES-256-GCM, HPKE with ML-KEM-768)
* ``escrow``      3-of-5 recovery of a unit's key
* ``merkle``, ``checkpoint``   the record: an RFC 6962 tree and its signed heads
* ``printing``    papers as PDF in any script, made in memory
* ``names``, ``nameindex``     finding a person by a name written many ways, without a list on disk
* ``models``      organisations, units, accounts; the record; keys (in a database of their own)
* ``actions``     ``acting`` (the @action), ``record``, ``keys``, ``sealed``, ``names``, ``accounts``
* ``views``       ``@page``: the one guard in front of every page

Keys live apart from content: ``keys.db`` holds only wraps, the main database only ciphertext and
coded, non-identifying facts. Destroying a wrap erases what it opened, in every copy made later.
"""
