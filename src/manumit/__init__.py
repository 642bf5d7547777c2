"""Manumit: find people trafficked in armed conflict, get them help without delay, prove it.

What Security Council resolution 2331 (2016) asks for, as software that a gate, an agency or a
ministry runs itself. Reading order, from the ground up (imports go down only):

``indicators``   what signs say: packs of questions, findings with reasons (pure)
``core``         who may do what, what is sealed, and proof of what was done
``assessments``  a pack applied to a subject
``directory``    who can help, where, when, and whom they serve
``cases``        people and what is owed to them: screening, needs, clocks, referrals
``flows``        where the money goes: ledgers, red flags, alerts, reports; never reads ``cases``
``network``      who is responsible: entities and the claims behind them, watchlists, who is one
                 person, networks, leads, dossiers; never reads ``cases`` either
``web`` ``cli``  the two ways in

Four rules hold everywhere: only ``models fields actions forms views`` know Django, every other
module is pure; writes happen only in actions, each of which names who (`by`) and when (`at`) and
goes on the record; rules answer with a reason, and the empty string means yes; what the product
knows of the field is dated, sourced data.
"""

__version__ = "0.1.0"
