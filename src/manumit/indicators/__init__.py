"""What the signs say: a pack of questions, the answers of one person, a finding with its reasons.

A *pack* is a dated, sourced TOML file in ``manumit/packs`` (its format: ``docs/packs.md``). It holds
dimensions, indicators with a strength, counting rules, outcomes and advice. The code here knows no
pack by name: whatever decides is in the file, where a practitioner can read and correct it.

No module here says that somebody *is* a victim. A finding is at most "possible victim"; the word
"actual" belongs to a named deciding organisation and is refused in a pack (Human Trafficking Case
Data Standard 2.0, field ``vic_TraffickingStatus``).

Reading order:

``answers``    the five answers, and what must be known about the person (age, context)
``rule``       the small language of conditions: ``exploitation and (minor or coercion)``
``measures``   the same for what can be measured: ``payers >= limit:payers and dwell <= 48``
``parts``      the shapes a pack is made of
``tables``     strict reading of TOML: every fault with its line, key and cure
``reading``    from TOML to a pack
``soundness``  whether the parts of a pack fit together
``pack``       what other packages call: ``load``, ``load_all``, ``parse``
``counting``   signs per dimension and strength, and which results are still within reach
``finding``    the shape of what the engine says
``engine``     ``find``: answers and pack give a finding with reasons, gaps and what would change it
``questions``  which question to ask next, and when to stop asking
``checking``   a pack's worked examples, run
``sql``        the same pack as one SQL query for millions of rows

Everything is pure: no clock, no database, no settings. Only ``pack`` reads files.
"""
