"""The local moving of `moving`, compiled: loaded only for networks that are large."""

from manumit.flows import compiled
from manumit.network import moving

move = compiled.compiled(moving.move)
