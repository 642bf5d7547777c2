"""The tree against the RFC's own definition and an independent package; wrong proofs refused."""

import hashlib
import random

import pymerkle
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from manumit.core import merkle

DATA = [f"entry {n}".encode() for n in range(2000)]
LEAVES = [merkle.leaf_hash(data) for data in DATA]


def slow_root(leaves):
    """RFC 6962 section 2.1, word for word."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    both = slow_root(leaves[:split]) + slow_root(leaves[split:])
    return hashlib.sha256(b"\x01" + both).digest()


def slow_subproof(old, leaves, whole):
    """RFC 6962 section 2.1.2, word for word."""
    if old == len(leaves):
        return [] if whole else [slow_root(leaves)]
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    if old <= split:
        return [*slow_subproof(old, leaves[:split], whole), slow_root(leaves[split:])]
    return [*slow_subproof(old - split, leaves[split:], False), slow_root(leaves[:split])]


def oracle(count):
    tree = pymerkle.InmemoryTree(algorithm="sha256")
    for data in DATA[:count]:
        tree.append_entry(data)
    return tree


def known(size):
    return merkle.root(LEAVES[:size])


def included(index, size, proof, root=None, leaf=None):
    root = known(size) if root is None else root
    return merkle.verify_inclusion(
        LEAVES[index] if leaf is None else leaf, index, size, proof, root
    )


class TestRoots:
    def test_published_values(self):
        """Roots of the test leaves of RFC 6962's reference code (certificate-transparency)."""
        inputs = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657",
                  "606162636465666768696a6b6c6d6e6f"]  # fmt: skip
        roots = [
            "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
            "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
            "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
            "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
            "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
            "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
            "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
        ]
        leaves = [merkle.leaf_hash(bytes.fromhex(text)) for text in inputs]
        assert [merkle.root(leaves[: n + 1]).hex() for n in range(8)] == roots
        assert merkle.root([]) == hashlib.sha256(b"").digest()

    @given(st.integers(0, 300))
    def test_as_defined(self, size):
        assert known(size) == slow_root(LEAVES[:size])

    def test_a_node_is_no_leaf(self):
        """Without the first byte a made-up entry could stand for a subtree."""
        left, right = LEAVES[:2]
        assert merkle.node_hash(left, right) != merkle.leaf_hash(left + right)


class TestFrontier:
    def test_grows_into_the_same_root(self):
        frontier = merkle.Frontier()
        for size in range(600):
            assert frontier.size == size
            assert len(frontier.peaks) == size.bit_count()
            assert frontier.root() == known(size)
            assert merkle.Frontier.from_bytes(frontier.to_bytes()) == frontier
            frontier = frontier.append(LEAVES[size])

    @pytest.mark.parametrize("data", [b"", bytes(7), bytes(7) + b"\1", bytes(9), bytes(8 + 32)])
    def test_damaged_bytes_are_refused(self, data):
        with pytest.raises(merkle.BadTree):
            merkle.Frontier.from_bytes(data)


class TestAgainstPymerkle:
    """Test 10 of the plan: every proof up to 39 leaves, and random larger ones."""

    @staticmethod
    def agree_on_inclusion(tree, index, size):
        ours = merkle.inclusion_proof(LEAVES, index, size)
        assert tree.prove_inclusion(index + 1, size).path == [LEAVES[index], *ours]
        assert included(index, size, ours)

    @staticmethod
    def agree_on_consistency(tree, old, size):
        """pymerkle lays this proof out otherwise, so the RFC's own recursion gives the form."""
        proof = merkle.consistency_proof(LEAVES, old, size)
        assert proof == (slow_subproof(old, LEAVES[:size], True) if old < size else [])
        assert merkle.verify_consistency(old, size, known(old), known(size), proof)
        theirs = tree.prove_consistency(old, size)
        pymerkle.verify_consistency(known(old), known(size), theirs)
        with pytest.raises(pymerkle.InvalidProof):
            pymerkle.verify_consistency(known(old), bytes(32), theirs)

    def test_all_small_trees(self):
        compared = 0
        for size in range(1, 40):
            tree = oracle(size)
            assert tree.get_root() == known(size)
            for place in range(size):
                self.agree_on_inclusion(tree, place, size)
                self.agree_on_consistency(tree, place + 1, size)
                compared += 2
        assert compared == 1560

    def test_random_large_trees(self):
        dice = random.Random(6962)
        tree = oracle(len(DATA))
        for _ in range(60):
            size = dice.randrange(40, len(DATA) + 1)
            assert tree.get_root(size) == known(size)
            self.agree_on_inclusion(tree, dice.randrange(size), size)
            self.agree_on_consistency(tree, dice.randrange(1, size + 1), size)


class TestWrongProofs:
    sizes = [1, 2, 3, 4, 5, 7, 8, 9, 16, 21, 32, 39]

    def test_inclusion_of_something_else(self):
        accepted = []
        for size in self.sizes:
            for index in range(size):
                proof = merkle.inclusion_proof(LEAVES, index, size)
                assert included(index, size, proof)  # control
                wrong = [
                    included(index, size, proof, leaf=merkle.leaf_hash(b"other")),
                    included(index, size, proof, root=known(size + 1)),
                    included(index, size, [*proof, LEAVES[0]]),
                    included(index, size, proof[:-1]) if proof else False,
                    included(index, size, proof[::-1]) if proof != proof[::-1] else False,
                    included(index, size, [h[:-1] for h in proof]) if proof else False,
                    included(index, size, [bytes(32), *proof[1:]]) if proof else False,
                ]
                # Moved to every other place; its size is checked where it shapes the path.
                wrong += [
                    merkle.verify_inclusion(LEAVES[index], other, size, proof, known(size))
                    for other in (*range(size), -1, size)
                    if other != index
                ]
                accepted += [(size, index, n) for n, ok in enumerate(wrong) if ok]
        assert accepted == []

    def test_every_flipped_bit_of_a_proof(self):
        proof = merkle.inclusion_proof(LEAVES, 5, 21)
        between = merkle.consistency_proof(LEAVES, 13, 21)
        assert included(5, 21, proof)
        assert merkle.verify_consistency(13, 21, known(13), known(21), between)
        for changed in self.flipped(proof):
            assert not included(5, 21, changed)
        for changed in self.flipped(between):
            assert not merkle.verify_consistency(13, 21, known(13), known(21), changed)

    def test_consistency_with_another_past(self):
        accepted = []
        for new in self.sizes:
            for old in range(1, new):
                proof = merkle.consistency_proof(LEAVES, old, new)
                before, after = known(old), known(new)
                assert merkle.verify_consistency(old, new, before, after, proof)  # control
                forked = merkle.root([merkle.leaf_hash(b"other"), *LEAVES[1:old]])
                wrong = [
                    merkle.verify_consistency(old, new, forked, after, proof),
                    merkle.verify_consistency(old, new, before, forked, proof),
                    merkle.verify_consistency(old, new, after, before, proof),
                    merkle.verify_consistency(old, new, before, after, [*proof, before]),
                    merkle.verify_consistency(old, new, before, after, proof[:-1]),
                    merkle.verify_consistency(old, new, before, after, []),
                    merkle.verify_consistency(new, old, after, before, proof),
                    merkle.verify_consistency(0, new, before, after, proof),
                    merkle.verify_consistency(new, new, before, after, []),
                    merkle.verify_consistency(-1, new, before, after, proof),
                ]
                accepted += [(old, new, n) for n, ok in enumerate(wrong) if ok]
        assert accepted == []

    def test_a_path_too_short_for_the_stated_size_is_refused(self):
        """All its hashes are right; what it claims to have grown into is not."""
        for old, new in ((3, 7), (4, 8), (6, 21)):
            proof = merkle.consistency_proof(LEAVES, old, new)
            assert merkle.verify_consistency(old, new, known(old), known(new), proof)  # control
            for stated in (new * 2 + 1, new * 16, 2**40):
                assert not merkle.verify_consistency(old, stated, known(old), known(new), proof)
        proof = merkle.inclusion_proof(LEAVES, 5, 21)
        assert not merkle.verify_inclusion(LEAVES[5], 5, 2**40, proof, known(21))

    def test_hashes_cut_elsewhere_are_refused(self):
        """Two hashes side by side, divided at another byte, would give the same node."""
        short, long = LEAVES[0][:-1], LEAVES[0][-1:] + LEAVES[1]
        assert merkle.node_hash(short, long) == known(2)
        assert not merkle.verify_inclusion(short, 0, 2, [long], known(2))
        assert not merkle.verify_consistency(1, 2, short, known(2), [long])

    def test_the_empty_tree_is_the_past_of_all_and_of_nothing_else(self):
        empty = merkle.EMPTY_ROOT
        assert merkle.verify_consistency(0, 9, empty, known(9), [])
        assert merkle.verify_consistency(0, 0, empty, empty, [])
        assert not merkle.verify_consistency(0, 9, known(1), known(9), [])
        assert not merkle.verify_consistency(0, 0, empty, known(1), [])
        assert not merkle.verify_consistency(0, 9, empty, known(9), [known(9)])

    def test_impossible_proofs_are_not_made(self):
        for index, size in ((-1, 5), (5, 5), (0, 0), (0, len(LEAVES) + 1)):
            with pytest.raises(merkle.BadTree):
                merkle.inclusion_proof(LEAVES, index, size)
        for old, new in ((6, 5), (-1, 5), (0, len(LEAVES) + 1)):
            with pytest.raises(merkle.BadTree):
                merkle.consistency_proof(LEAVES, old, new)

    @staticmethod
    def flipped(proof):
        for number, part in enumerate(proof):
            for bit in range(256):
                changed = bytearray(part)
                changed[bit // 8] ^= 1 << bit % 8
                yield [*proof[:number], bytes(changed), *proof[number + 1 :]]


@settings(max_examples=200)
@given(st.data())
def test_any_tree(data):
    new = data.draw(st.integers(1, len(LEAVES)))
    old = data.draw(st.integers(0, new))
    index = data.draw(st.integers(0, new - 1))
    assert included(index, new, merkle.inclusion_proof(LEAVES, index, new))
    proof = merkle.consistency_proof(LEAVES, old, new)
    assert merkle.verify_consistency(old, new, known(old), known(new), proof)
