"""Where the money goes: from a bank's file to a report that an authority can use.

A unit that does financial intelligence keeps a *ledger*. Who holds an account is sealed for that unit
alone; the tables that are searched know accounts by pseudonym only. This package never imports
``cases``: the money and the people who are helped are two stores with separate keys.

Reading order:

``entry``       one movement of value: its columns, its kinds, what is refused and why
``mapping``     which column of a bank's file is what, saved as data, proposed from the headers
``readers``     files of banks and of researchers, as checked rows and refused rows
``pseudonyms``  how an account becomes a number that says nothing
``graph``       transfers as arrays in order of time
``kernels``     what is measured about each transfer: fan, degree, moments, cycles, scatter-gather
``patterns``    whole shapes with their members, and how far order and amounts speak for each
``facts``       what is measured about each account, as named SQL steps
``typologies``  facts and shapes against packs of red flags: what an alert says and cites
``ranking``     which alert comes first
``desk``        how alerts move, how much one person holds, when two must agree
``moneyflow``   what of an alert is drawn; ``layers`` where it stands; ``picture`` as SVG
``goaml``       the report that an authority's system reads
"""
