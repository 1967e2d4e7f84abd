/** The layers of rounds: old lines faint below, then lines, stops and vehicles. */

import type {
  DataDrivenPropertyValueSpecification,
  GeoJSONSource,
  Map as GlMap,
} from "maplibre-gl";
import { COLOURS, DASHES } from "./looks";
import type { Collection } from "./map-data";
import { colourNow, drawIcons } from "./map-icons";

export const NUMBERED_FROM_ZOOM = 14;
const NOTHING: Collection = { type: "FeatureCollection", features: [] };
const SOURCES = ["day-old", "day-lines", "day-stops", "day-here"] as const;
export type Source = (typeof SOURCES)[number];
type Value<T> = DataDrivenPropertyValueSpecification<T>;

/** Adds all layers, empty. To be called in onReady. */
export function addLayers(map: GlMap): void {
  drawIcons(map);
  for (const source of SOURCES) {
    map.addSource(source, { type: "geojson", data: NOTHING });
  }
  const colours = Array.from({ length: COLOURS }, (_, n) => [n, colourNow(`day-vehicle-${n}`)]);
  const colour = [
    "match",
    ["get", "colour"],
    ...colours.flat(),
    "#777",
  ] as unknown as Value<string>;
  map.addLayer({
    id: "day-old",
    type: "line",
    source: "day-old",
    layout: { "line-cap": "round", "line-join": "round" },
    paint: { "line-color": colour, "line-width": 7, "line-opacity": 0.28 },
  });
  for (const [n, dash] of DASHES.entries()) {
    map.addLayer({
      id: `day-lines-${n}`,
      type: "line",
      source: "day-lines",
      filter: ["==", ["get", "dash"], n],
      layout: { "line-join": "round" },
      paint: {
        "line-color": colour,
        "line-width": ["interpolate", ["linear"], ["zoom"], 10, 2, 15, 4.5],
        "line-opacity": 0.9,
        ...(dash.length > 0 ? { "line-dasharray": [...dash] } : {}),
      },
    });
  }
  const icon = (shape: unknown, text: unknown) => [
    "concat",
    "day-stop:",
    shape,
    ":",
    ["to-string", ["get", "colour"]],
    ":",
    text,
  ];
  const plain = icon(["get", "shape"], "");
  const numbered = icon(["get", "shape"], ["to-string", ["get", "seq"]]);
  map.addLayer({
    id: "day-stops",
    type: "symbol",
    source: "day-stops",
    layout: {
      "icon-image": [
        "step",
        ["zoom"],
        plain,
        NUMBERED_FROM_ZOOM,
        numbered,
      ] as unknown as Value<string>,
      "icon-size": ["interpolate", ["linear"], ["zoom"], 10, 0.4, NUMBERED_FROM_ZOOM, 1],
      "icon-allow-overlap": true,
      "icon-ignore-placement": true,
      // what has to be looked at lies on top
      "symbol-sort-key": ["match", ["get", "shape"], "late", 3, "skipped", 2, "open", 1, 0],
    },
  });
  map.addLayer({
    id: "day-here",
    type: "symbol",
    source: "day-here",
    layout: {
      "icon-image": icon("here", "") as unknown as Value<string>,
      "icon-allow-overlap": true,
      "icon-ignore-placement": true,
    },
  });
}

export function show(map: GlMap, source: Source, data: Collection): void {
  map.getSource<GeoJSONSource>(source)?.setData(data);
}

/** One round stands out, the others fade; null: all alike. */
export function standOut(map: GlMap, roundId: string | null): void {
  const faded = (full: number) =>
    (roundId === null
      ? full
      : ["case", ["==", ["get", "round_id"], roundId], full, 0.18]) as unknown as Value<number>;
  for (const n of DASHES.keys()) {
    if (map.getLayer(`day-lines-${n}`)) {
      map.setPaintProperty(`day-lines-${n}`, "line-opacity", faded(0.9));
    }
  }
  if (map.getLayer("day-stops")) {
    map.setPaintProperty("day-stops", "icon-opacity", faded(1));
  }
}
