"""What is measured about each transfer, exactly as docs/flows-semantics.md says.

A measure looks at what happened up to a transfer and one window back, never ahead. So a slice of time
gives the same figures as the whole ledger, when the rows of one window before it are given along:
every function takes `own_from`, the first row that it answers for; earlier rows are only looked at.

``lists``                who gave to whom, per account, in order of time
``measured``             what a measure answers: columns, sizes of shapes, and what a budget cut
``fan``                  different counterparties and transfers in a window
``moments``              sums, mean, spread, skew and weight of tails of amounts and of times
``temporal_cycles``      money that comes back, in order of time
``hop_cycles``           closed ways of at most so many legs, in any order
``scatter_gather``       spread to several and gathered by one, afterwards
``any_order``            the same shape in any order
``dwell``                how long money stayed
``measures``             all of them at once, and by slices
"""
