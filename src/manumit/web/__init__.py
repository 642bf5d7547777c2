"""The way in for people: settings, addresses, sign-in, headers, and the look of every page.

Reading order: ``environment`` (what can be set), ``settings``, ``urls`` (the product on one page),
``middleware`` (what holds for every request), ``session_rules`` and ``throttle`` (when a session
ends, when a guess has to wait), ``views`` (sign-in, own security, accounts), ``templates`` and
``source`` (style sheet and script, built into ``static/build``).
"""
