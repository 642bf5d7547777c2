"""A pack applied to a subject: one record for every use of a pack.

The subject is any identifier (a screening today; a supplier, a site or a unit later). This package
knows neither people nor suppliers: the package above owns the link and the keys. Answers are sealed
under the subject's key; only coded results stay readable.

* ``answers``   puts new answers to old ones and checks them against the pack
* ``models``    ``Assessment``
* ``actions``   begin, write down answers, settle
"""
