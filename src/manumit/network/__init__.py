"""Who is responsible: individuals and groups, what is said of them, and how they hang together.

This package never imports ``cases``: those who are helped and those who answer for it are two stores
with separate keys.

Reading order:

*Claims.* ``claims`` how far a source is believed, who may see it, what follows · ``schemata`` what claims
can be about · ``ftm`` ``tablemap`` ``sheetfile`` files in and out · ``givenfile`` one that is looked at
first · ``restating`` a source speaks again · ``shown`` names that would deceive

*Lists.* ``listed`` one entry of any list · ``listfile`` which layout it is: ``unlist`` ``ftmlist``
``csvlist`` · ``listdiff`` what changed · ``shortlist`` ``listevidence`` ``listscreen`` who on it somebody
may be · ``rescreening`` ``hits`` our own entities against it

*One person?* ``manyrecords`` ``manywords`` ``manypairs`` pairs among a million, weighed · ``clustering``
clusters under what people decided · ``resolving`` from records to clusters · ``decisionfile``

*Networks.* ``graphs`` what hangs together, with what says so · ``brokers`` ``communities`` ``hierarchy``
``sharing`` · ``routes`` ``routemap`` · ``charts`` a view that is kept

*Following up.* ``sightings`` ``leads`` · ``dossier`` and its kinds, states, draft, paper and package ·
``correction`` a mistake put right wherever it went · ``fairness`` whom all this falls on
"""
