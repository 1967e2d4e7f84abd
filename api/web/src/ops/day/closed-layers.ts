/** Closed streets on a map: a barred line along each stretch, and the sign that means no entry. */
import type { GeoJSONSource, Map as GlMap } from "maplibre-gl";
import { FONT } from "../../shared/map/layers";
import { type ClosedStreet, closedCollection } from "./closed";
import { colourNow } from "./map-icons";

const SOURCE = "closed-streets";

/** Adds the layers, empty. To be called in onReady. */
export function addClosed(map: GlMap): void {
  map.addSource(SOURCE, { type: "geojson", data: closedCollection([]) });
  const red = colourNow("day-closed");
  const ground = colourNow("day-ground");
  map.addLayer({
    id: `${SOURCE}-line`,
    type: "line",
    source: SOURCE,
    filter: ["==", ["geometry-type"], "LineString"],
    paint: { "line-color": red, "line-width": 7, "line-dasharray": [0.6, 0.5] },
  });
  map.addLayer({
    id: `${SOURCE}-sign`,
    type: "circle",
    source: SOURCE,
    filter: ["==", ["geometry-type"], "Point"],
    paint: {
      "circle-radius": 10,
      "circle-color": red,
      "circle-stroke-color": ground,
      "circle-stroke-width": 2,
    },
  });
  map.addLayer({
    id: `${SOURCE}-bar`,
    type: "symbol",
    source: SOURCE,
    filter: ["==", ["geometry-type"], "Point"],
    layout: {
      "text-field": ["get", "sign"],
      "text-font": FONT,
      "text-size": 13,
      "text-allow-overlap": true,
      "text-ignore-placement": true,
    },
    paint: { "text-color": ground },
  });
}

/** `numbered`: as in a list beside the map. */
export function showClosed(
  map: GlMap,
  streets: readonly ClosedStreet[],
  numbered: boolean = false,
): void {
  map.getSource<GeoJSONSource>(SOURCE)?.setData(closedCollection(streets, numbered));
}
