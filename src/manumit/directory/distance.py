"""How far it is: great-circle distance, and the box that surely holds everything within it."""

from math import asin, cos, degrees, radians, sin, sqrt

EARTH_KM = 6371.0088  # mean radius, IUGG


def km(here: tuple[float, float], there: tuple[float, float]) -> float:
    """Return the great-circle distance in kilometres between two (latitude, longitude) points."""
    lat1, lon1, lat2, lon2 = map(radians, (*here, *there))
    h = sin((lat2 - lat1) / 2) ** 2 + cos(lat1) * cos(lat2) * sin((lon2 - lon1) / 2) ** 2
    return 2 * EARTH_KM * asin(min(1.0, sqrt(h)))


def box(here: tuple[float, float], radius_km: float) -> tuple[float, float, float, float]:
    """Return (south, north, west, east) degrees that hold every point within the radius.

    Where the circle reaches a pole or the date line the box is the whole turn of the earth:
    too wide is allowed here, too narrow is not.
    """
    lat, lon = here
    dlat = degrees(radius_km / EARTH_KM) * 1.001
    south, north = lat - dlat, lat + dlat
    if south <= -90 or north >= 90:
        return max(south, -90.0), min(north, 90.0), -180.0, 180.0
    ratio = min(1.0, sin(min(radius_km / EARTH_KM, 1.57)) / cos(radians(lat)))
    dlon = degrees(asin(ratio)) * 1.001
    west, east = lon - dlon, lon + dlon
    if west < -180 or east > 180:
        return south, north, -180.0, 180.0
    return south, north, west, east
