"""Who is responsible: listed individuals and groups, and how they hang together.

This package never imports ``cases``: those who are helped and those who answer for it are two stores
with separate keys.

Reading order:

``listed``      one entry of a list of the wanted or sanctioned, whatever list it came from
``unlist``      the Security Council's consolidated list, read as it is and repaired in the open
``listdiff``    what changed between two days of a list, field by field
``shortlist``   which few of many names are worth comparing with one
``listevidence``  what names, births and nationalities say for or against, in bits
``listscreen``  which listed people somebody may be, with the reasons
"""
