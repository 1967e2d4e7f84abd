"""The layers of the streets' style, from the ground up. Names of layers: docs/map.md."""

from collections.abc import Mapping, Sequence
from typing import Any

from api.basemap.palette import Palette

type Layer = dict[str, Any]
type Widths = Sequence[tuple[float, float]]
"""Zooms with the width in pixels at each."""

# The local fonts that theme.css asks for, too: nothing is fetched for a label.
FONT = ["system-ui", "Segoe UI", "Roboto", "Helvetica Neue", "Arial", "sans-serif"]
_ROADS: Mapping[str, tuple[Sequence[str], float, Widths]] = {
    # kinds, lowest zoom, widths
    "service": (("service",), 14, ((14, 0.7), (16, 3), (18, 8), (20, 22))),
    "minor": (("minor",), 12, ((12, 0.5), (14, 2), (16, 6), (18, 14), (20, 40))),
    "tertiary": (("tertiary",), 11, ((11, 0.6), (14, 3.2), (16, 8), (18, 18), (20, 48))),
    "secondary": (("secondary",), 9, ((9, 0.6), (13, 2.6), (16, 9), (18, 20), (20, 54))),
    "primary": (("primary", "trunk"), 7, ((7, 0.7), (13, 3.4), (16, 11), (18, 23), (20, 60))),
    "motorway": (("motorway",), 5, ((5, 0.8), (13, 4), (16, 12), (18, 25), (20, 64))),
}


def layers(palette: Palette, source: str) -> list[Layer]:
    """Return all layers in the order they are drawn."""
    found = [
        *_grounds(palette),
        *_roads(palette),
        *_lines(palette),
        *_road_labels(palette),
        *_place_labels(palette),
    ]
    return [{"source": source, **layer} for layer in found]


def _grounds(palette: Palette) -> list[Layer]:
    return [
        _fill("built", "areas", palette.built, kinds=("residential", "industrial")),
        _fill("park", "areas", palette.park, kinds=("park", "grass", "pitch", "cemetery")),
        _fill("wood", "areas", palette.wood, kinds=("wood",)),
        _fill("square", "areas", palette.minor, kinds=("square",)),
        _fill("water", "water", palette.water),
        {
            **_line("waterway", "waterways", palette.water, ((9, 0.6), (14, 2), (18, 8))),
            "minzoom": 9,
        },
        {
            **_fill("building", "buildings", palette.building),
            "minzoom": 14,
            "paint": {
                "fill-color": palette.building,
                "fill-outline-color": palette.building_edge,
                "fill-opacity": _by_zoom(((14, 0), (15, 1))),
            },
        },
    ]


def _roads(palette: Palette) -> list[Layer]:
    colours = {"motorway": palette.motorway, "primary": palette.major, "secondary": palette.major}
    paths = {
        **_line("path", "roads", palette.path, ((13, 0.6), (16, 1.4), (20, 4)), kinds=("path",)),
        "minzoom": 14,
    }
    paths["paint"]["line-dasharray"] = [2, 1.5]
    casings, tops = [], []
    for name, (kinds, zoom, widths) in _ROADS.items():
        wider = [(z, w + (1.2 if z < 15 else 2.0)) for z, w in widths]
        casing = _line(f"{name}-casing", "roads", palette.casing, wider, kinds=kinds)
        top = _line(name, "roads", colours.get(name, palette.minor), widths, kinds=kinds)
        casings.append({**casing, "minzoom": zoom})
        tops.append({**top, "minzoom": zoom})
    return [paths, *casings, *tops]


def _lines(palette: Palette) -> list[Layer]:
    rail = _line("rail", "rail", palette.rail, ((10, 0.6), (14, 1.2), (18, 3)))
    ties = _line("rail-ties", "rail", palette.rail, ((14, 3), (18, 8)))
    ties["paint"]["line-dasharray"] = [0.3, 2.5]
    border = _line("boundary", "boundaries", palette.boundary, ((2, 0.6), (10, 1.2)))
    border["paint"]["line-dasharray"] = [4, 2]
    return [{**rail, "minzoom": 10}, {**ties, "minzoom": 14}, border]


def _road_labels(palette: Palette) -> list[Layer]:
    arrow = {
        "id": "one-way",
        "type": "symbol",
        "source-layer": "roads",
        "minzoom": 16,
        "filter": ["has", "oneway"],
        "layout": {
            "symbol-placement": "line",
            "symbol-spacing": 120,
            # turned with the line; of local fonts as every label is
            "text-field": ["case", ["==", ["get", "oneway"], -1], "←", "→"],
            "text-font": FONT,
            "text-size": _by_zoom(((16, 13), (19, 22))),
            "text-keep-upright": False,
            "text-ignore-placement": True,
            "text-padding": 0,
        },
        "paint": {"text-color": palette.arrow},
    }
    return [arrow, *(_road_label(palette, *each) for each in _ROAD_LABELS)]


_ROAD_LABELS: Sequence[tuple[str, Sequence[str], float]] = (
    ("main-road-name", ("motorway", "trunk", "primary", "secondary"), 12),
    ("road-name", ("tertiary", "minor"), 14.5),
    ("service-name", ("service", "path"), 16.5),
)


def _road_label(palette: Palette, name: str, kinds: Sequence[str], zoom: float) -> Layer:
    label = _text(name, "roads", palette.quiet_text, palette, ((12, 10.5), (16, 12.5), (19, 16)))
    label["layout"] |= {"symbol-placement": "line", "symbol-spacing": 300, "text-max-angle": 35}
    return {**label, "minzoom": zoom, "filter": ["all", _of(kinds), ["has", "name"]]}


def _place_labels(palette: Palette) -> list[Layer]:
    number = _text("house-number", "addresses", palette.quiet_text, palette, ((17, 9.5), (20, 13)))
    number["layout"]["text-field"] = ["get", "number"]
    water = _text("water-name", "water_names", palette.water_text, palette, ((9, 10.5), (16, 14)))
    park = _text("park-name", "area_names", palette.quiet_text, palette, ((13, 10), (17, 12.5)))
    river = _text("waterway-name", "waterways", palette.water_text, palette, ((12, 10), (17, 14)))
    river["layout"] |= {"symbol-placement": "line", "symbol-spacing": 400}
    towns = (
        ("hamlet", ("hamlet", "locality", "neighbourhood"), 13.5, ((13, 11), (17, 14))),
        ("suburb", ("suburb", "quarter"), 11.5, ((11, 11), (16, 15))),
        ("village", ("village",), 10, ((10, 11), (15, 16))),
        ("town", ("town",), 7, ((7, 11), (14, 18))),
        ("city", ("city",), 4, ((4, 11), (14, 22))),
    )
    places = [
        {
            **_text(f"{name}-name", "places", palette.text, palette, sizes),
            "minzoom": zoom,
            "maxzoom": 17,
            "filter": _of(kinds),
        }
        for name, kinds, zoom, sizes in towns
    ]
    return [
        {**number, "minzoom": 17},
        {**river, "minzoom": 12},
        {**water, "minzoom": 9},
        {**park, "minzoom": 14},
        *places,
    ]


def _fill(name: str, layer: str, colour: str, *, kinds: Sequence[str] = ()) -> Layer:
    return {
        "id": name,
        "type": "fill",
        "source-layer": layer,
        **({"filter": _of(kinds)} if kinds else {}),
        "paint": {"fill-color": colour},
    }


def _line(
    name: str, layer: str, colour: str, widths: Widths, *, kinds: Sequence[str] = ()
) -> Layer:
    return {
        "id": name,
        "type": "line",
        "source-layer": layer,
        **({"filter": _of(kinds)} if kinds else {}),
        "layout": {"line-cap": "round", "line-join": "round"},
        "paint": {"line-color": colour, "line-width": _by_zoom(widths)},
    }


def _text(name: str, layer: str, colour: str, palette: Palette, sizes: Widths) -> Layer:
    return {
        "id": name,
        "type": "symbol",
        "source-layer": layer,
        "layout": {
            "text-field": ["get", "name"],
            "text-font": FONT,
            "text-size": _by_zoom(sizes),
            "text-max-width": 8,
        },
        "paint": {"text-color": colour, "text-halo-color": palette.halo, "text-halo-width": 1.4},
    }


def _of(kinds: Sequence[str]) -> list[Any]:
    return ["in", ["get", "kind"], ["literal", list(kinds)]]


def _by_zoom(values: Widths) -> list[Any]:
    return ["interpolate", ["exponential", 1.5], ["zoom"], *(n for pair in values for n in pair)]
