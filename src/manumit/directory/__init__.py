"""Who can help, and where: organisations' services, their places, opening and freshness.

Read in this order:

- `entry`: one service as every file format of this package reads and writes it.
- `services_advisor`, `hsds`, `table`: three ways in (and two out); `sniff` tells them apart.
- `needs`, `opening`, `eligibility`, `freshness`, `distance`: one question each, answered with
  its reason.
- `fit`: the order in which services are offered to a person, with the values that made it.
- `models`: services, places, and the rows of a file that could not come in.
- `actions`: import, try a row again, confirm, add, edit, close.
- `views`: the pages, and the read-only HSDS addresses.

Everything in the directory is public knowledge: no field of it is sealed. It knows nothing of
cases or referrals; a real answering time is handed in by whoever asks for offers.
"""
