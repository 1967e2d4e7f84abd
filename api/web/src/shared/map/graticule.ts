/** Lines of latitude and longitude for a ground without streets, so that distances can be judged. */

import type { Feature, FeatureCollection, LineString } from "geojson";

export type Box = readonly [west: number, south: number, east: number, north: number];

const STEPS = [
  30, 10, 5, 2, 1, 0.5, 0.2, 0.1, 0.05, 0.02, 0.01, 0.005, 0.002, 0.001, 0.0005, 0.0002, 0.0001,
] as const;
const MOST_LINES = 8;
const MOST_LAT = 85;

/** The distance in degrees between two lines: at most eight of them across a box. */
export function stepOf([west, south, east, north]: Box): number {
  const wide = Math.max(east - west, north - south);
  const fitting = STEPS.findLast((step) => wide / step <= MOST_LINES);
  return fitting ?? STEPS[0];
}

/** The lines within a box, each with its degrees as `name`. */
export function graticule(box: Box): FeatureCollection<LineString, { name: string }> {
  const [west, south, east, north] = box;
  const step = stepOf(box);
  const digits = Math.max(0, -Math.floor(Math.log10(step)));
  const features: Feature<LineString, { name: string }>[] = [];
  for (const lon of multiples(west, east, step)) {
    const wrapped = ((((lon + 180) % 360) + 360) % 360) - 180;
    const name = `${Math.abs(wrapped).toFixed(digits)}° ${wrapped < 0 ? "W" : "E"}`;
    features.push(line([lon, south], [lon, north], name));
  }
  for (const lat of multiples(Math.max(south, -MOST_LAT), Math.min(north, MOST_LAT), step)) {
    const name = `${Math.abs(lat).toFixed(digits)}° ${lat < 0 ? "S" : "N"}`;
    features.push(line([west, lat], [east, lat], name));
  }
  return { type: "FeatureCollection", features };
}

function multiples(low: number, high: number, step: number): number[] {
  const first = Math.ceil(low / step);
  const last = Math.floor(high / step);
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, n) => (first + n) * step);
}

function line(from: number[], to: number[], name: string): Feature<LineString, { name: string }> {
  return {
    type: "Feature",
    properties: { name },
    geometry: { type: "LineString", coordinates: [from, to] },
  };
}
