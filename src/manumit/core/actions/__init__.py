"""Verbs of the core: ``acting`` (the @action), ``record``, ``keys``, ``sealed``, ``names``,
``accounts``. Every write of the product passes through one of them or through an @action above.
"""
