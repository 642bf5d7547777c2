"""From degrees to places on a sheet: plate carrée, narrowed by the latitude of its middle.

Enough for a route through a region: no distance or area is to be measured on it. A route over the
antimeridian is kept together by counting longitudes on from 180.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass

Point = tuple[float, float]  # longitude, latitude
WIDTH, MOST_HEIGHT = 720.0, 520.0  # of the sheet
LEAST = 4.0  # degrees shown at least, so that one place is not drawn as an empty sheet
MARGIN = 0.15  # of what is shown, on every side


@dataclass(frozen=True)
class Window:
    """The part of the world that is on the sheet, and the sheet's size in pixels."""

    west: float
    south: float
    east: float
    north: float
    width: float
    height: float

    def at(self, point: Point) -> Point:
        """Return where a point lies on the sheet, x to the right and y downwards."""
        x = (self._near(point[0]) - self.west) / (self.east - self.west) * self.width
        y = (self.north - point[1]) / (self.north - self.south) * self.height
        return x, y

    def _near(self, longitude: float) -> float:
        middle = (self.west + self.east) / 2
        return longitude + 360 * round((middle - longitude) / 360)


def why_not(latitude: float, longitude: float) -> str:
    """Say why these are no coordinates; "" where they are."""
    if not (math.isfinite(latitude) and math.isfinite(longitude)):
        return "Coordinates are numbers of degrees."
    if not -90 <= latitude <= 90:
        return "A latitude lies between -90 and 90."
    if not -180 <= longitude <= 180:
        return "A longitude lies between -180 and 180."
    return ""


def window(points: Iterable[Point]) -> Window:
    """Return the smallest part of the world that shows all points, with room around them."""
    placed = list(points)
    lats = [lat for _lon, lat in placed] or [0.0]
    lons = _together([lon for lon, _lat in placed] or [0.0])
    middle_lat, middle_lon = (min(lats) + max(lats)) / 2, (min(lons) + max(lons)) / 2
    narrow = max(math.cos(math.radians(middle_lat)), 0.2)
    high = max(max(lats) - min(lats), LEAST) * (1 + 2 * MARGIN)
    wide = max((max(lons) - min(lons)) * narrow, LEAST * 1.4) * (1 + 2 * MARGIN)
    high, wide = max(high, wide * 0.45), max(wide, high * WIDTH / MOST_HEIGHT)
    height = WIDTH * high / wide
    half = wide / narrow / 2
    return Window(
        middle_lon - half, middle_lat - high / 2, middle_lon + half, middle_lat + high / 2,
        WIDTH, height,
    )  # fmt: skip


def _together(lons: list[float]) -> list[float]:
    """Count on over 180 where the points lie closer to each other that way."""
    onward = [lon % 360 for lon in lons]
    plain, turned = max(lons) - min(lons), max(onward) - min(onward)
    return onward if turned < plain else lons


def clipped(ring: Iterable[Point], window: Window) -> bool:
    """Tell whether a ring can be left off the sheet: it lies wholly beside it."""
    placed = [window.at(point) for point in ring]
    xs, ys = [x for x, _y in placed], [y for _x, y in placed]
    return (
        max(xs) < 0 or min(xs) > window.width or max(ys) < 0 or min(ys) > window.height
        or max(xs) - min(xs) > 360 / (window.east - window.west) * window.width * 0.9
    )  # fmt: skip
