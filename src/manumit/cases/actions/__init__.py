"""What happens to people's cases: each verb keyword-only, by somebody, at an instant, on the record.

* ``screenings``  start, record_person, answer, observe, pause, resume, stop, finish
* ``consents``    give, withdraw (ends shares, destroys keys, names what cannot be recalled)
* ``cases``       open, edit, take, assign, note, needs, status, close, reopen, erase
* ``referrals``   draft, consent, send, answer, record an answer, start, end
* ``reading``     opening sealed columns for a page
* ``letters``     what a service is told, before it is told
* ``due``         what time does
"""
