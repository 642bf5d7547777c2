"""What happens to people's cases: each verb keyword-only, by somebody, at an instant, on the record.

* ``screenings``  start, record_person, answer, observe, pause, resume, stop, finish
* ``disclosing``  the one door through which anything leaves; asks ``consent.why_not``
* ``consents``    give, withdraw (ends shares, destroys keys, names what cannot be recalled)
* ``recalling``, ``denials``   what withdrawal ends and makes new; who is never told
* ``accounts``    what a person told, once: written down, asked for, given
* ``seeing``, ``receipts``     who can see what and why; the person's own paper
* ``cases``       open, edit, take, assign, note, needs, status, close, reopen, erase
* ``referrals``   draft, consent, send, answer, record an answer, start, end
* ``reading``     opening sealed columns for a page
* ``htcds``, ``casesheets``, ``exports``   sheets of people: looked at, loaded, taken out
* ``letters``     what a service is told, before it is told
* ``due``         what time does
"""
