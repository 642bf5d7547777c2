from manumit.network import outlines

# Two squares side by side that share the border in the middle, on a sheet of 2 × 1 degrees.
TWO = {
    "type": "Topology",
    "transform": {"scale": [0.1, 0.1], "translate": [10.0, 20.0]},
    "arcs": [
        [[10, 0], [0, 10]],  # the border, upwards
        [[10, 10], [-10, 0], [0, -10], [10, 0]],  # round the left one
        [[10, 0], [10, 0], [0, 10], [-10, 0]],  # round the right one
    ],
    "objects": {
        "countries": {
            "geometries": [
                {"type": "Polygon", "arcs": [[0, 1]]},
                {"type": "MultiPolygon", "arcs": [[[-1, 2]]]},
                {"type": None},
            ]
        }
    },
}


def test_arcs_are_joined_forwards_and_backwards():
    left, right = outlines.rings(TWO)
    assert left == ((11.0, 20.0), (11.0, 21.0), (10.0, 21.0), (10.0, 20.0), (11.0, 20.0))
    assert right == ((11.0, 21.0), (11.0, 20.0), (12.0, 20.0), (12.0, 21.0), (11.0, 21.0))
