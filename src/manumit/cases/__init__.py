"""People, and what is owed to them: from a talk at a gate to help that has answered.

Pure, and to be read first:

* ``consent``     may this be used, for this, by them, today? a reason, or ""; ``recipients`` and
  ``durations`` beside it; ``telling``: how often somebody was asked, before they are asked again
* ``status``      who is a victim and who decided it; the case's own status; non-punishment
* ``screening``, ``referral``   the two machines: one dict each
* ``deadlines``, ``needs``, ``profiles``, ``minimise``   clocks, needs, packs to ask, what a service
  is told: dated, sourced data in ``data/*.toml`` and the rules over it
* ``plan``, ``course``, ``handover``, ``groups``, ``caseload``, ``closing``, ``eligibility``   help
  that lasts: a plan, sessions over months, changing hands, families, fair work, State support
* ``texts``, ``receipt``   the words in which consent is asked, and of the paper, per language
* ``htcds``, ``htcds_table``, ``htcds_workbook``, ``htcds_case``   the case data standard, its sheets,
  and how a row and a case say the same; ``gbvims``, ``ctdc``   two other ways to write a case
* ``access``, ``reference``     whose work it is; case references

Then ``models`` (what is kept), ``actions`` (what happens: each a verb on the record), ``forms`` and
``views``. Coded facts stay readable; whatever may identify or tell is sealed under the key of its
own screening, case or referral, and is gone when that key is destroyed.
"""
