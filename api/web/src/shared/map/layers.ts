/** Small things every page with a map does: put data on it, fit it. */

import type { GeoJSON } from "geojson";
import type { AddLayerObject, GeoJSONSource, Map as GlMap } from "maplibre-gl";

export type Point = readonly [lon: number, lat: number];

/** The fonts of labels: the device's own, as the base map's. */
export const FONT = ["system-ui", "Segoe UI", "Roboto", "Helvetica Neue", "Arial", "sans-serif"];

/** Give a source its data; the first time with its layers, drawn over what is there. */
export function addOrUpdateGeoJson(
  map: GlMap,
  id: string,
  data: GeoJSON,
  layers: readonly AddLayerObject[] = [],
  options: { readonly promoteId?: string; readonly cluster?: boolean } = {},
): void {
  const source = map.getSource<GeoJSONSource>(id);
  if (source) {
    source.setData(data);
  } else {
    map.addSource(id, { type: "geojson", data, ...options });
  }
  for (const layer of layers) {
    if (!map.getLayer(layer.id)) {
      map.addLayer(layer);
    }
  }
}

/** The smallest box around places: [west, south, east, north]; null without any. */
export function boxAround(points: Iterable<Point>): [number, number, number, number] | null {
  let box: [number, number, number, number] | null = null;
  for (const [lon, lat] of points) {
    box = box
      ? [Math.min(box[0], lon), Math.min(box[1], lat), Math.max(box[2], lon), Math.max(box[3], lat)]
      : [lon, lat, lon, lat];
  }
  return box;
}

/** Whether movements on the map are to be shown without travelling. */
export function isStill(): boolean {
  return globalThis.matchMedia?.("(prefers-reduced-motion: reduce)").matches ?? false;
}

/** Show all the places, with room around them; without any the map stays where it is. */
export function fitTo(
  map: GlMap,
  points: Iterable<Point>,
  options: { readonly padding?: number; readonly maxZoom?: number; readonly moving?: boolean } = {},
): void {
  const box = boxAround(points);
  if (box) {
    map.fitBounds(box, {
      padding: options.padding ?? 48,
      maxZoom: options.maxZoom ?? 17,
      animate: (options.moving ?? false) && !isStill(),
    });
  }
}
