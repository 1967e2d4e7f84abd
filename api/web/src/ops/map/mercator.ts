/** Places in Web Mercator, relative to the middle of all bins. */

import type { Map as GlMap, LngLatLike } from "maplibre-gl";
import type { Bins } from "./columns";
import { isPlaced } from "./looks";
import type { Box } from "./select";

/** In Mercator units: the world is 1 wide, y grows to the south. */
export interface Middle {
  readonly x: number;
  readonly y: number;
}

export function mercatorX(lon: number): number {
  return (180 + lon) / 360;
}

export function mercatorY(lat: number): number {
  return (180 - (180 / Math.PI) * Math.log(Math.tan(Math.PI / 4 + (lat * Math.PI) / 360))) / 360;
}

function lonLat(x: number, y: number): LngLatLike {
  return [
    x * 360 - 180,
    (360 / Math.PI) * Math.atan(Math.exp(((180 - y * 360) * Math.PI) / 180)) - 90,
  ];
}

/** What all bins lie in; null where none has a position. */
export function boxOf(bins: Bins): Box | null {
  const box: [number, number, number, number] = [180, 90, -180, -90];
  for (let row = 0; row < bins.count; row++) {
    if (isPlaced(bins, row)) {
      const lon = bins.lon[row] as number;
      const lat = bins.lat[row] as number;
      box[0] = Math.min(box[0], lon);
      box[1] = Math.min(box[1], lat);
      box[2] = Math.max(box[2], lon);
      box[3] = Math.max(box[3], lat);
    }
  }
  return box[0] <= box[2] ? box : null;
}

export function middleOf(bins: Bins): Middle {
  const [west, south, east, north] = boxOf(bins) ?? [0, 0, 0, 0];
  return { x: mercatorX((west + east) / 2), y: mercatorY((south + north) / 2) };
}

/** Two numbers for each bin; outside of everything where nobody knows its place. */
export function placesOf(bins: Bins, middle: Middle): Float32Array {
  const places = new Float32Array(2 * bins.count);
  for (let row = 0; row < bins.count; row++) {
    const placed = isPlaced(bins, row);
    places[2 * row] = placed ? mercatorX(bins.lon[row] as number) - middle.x : 9;
    places[2 * row + 1] = placed ? mercatorY(bins.lat[row] as number) - middle.y : 9;
  }
  return places;
}

type Pair = [number, number];

/**
 * Where the middle is on the screen (-1 to 1) and how far one Mercator unit leads to the east and
 * to the south. The map is flat: it is neither tilted nor bent, so that three points say it all.
 */
export function unitPlace(map: GlMap, middle: Middle): { origin: Pair; x: Pair; y: Pair } {
  const canvas = map.getCanvas();
  const far = 1e-4;
  const at = (dx: number, dy: number): Pair => {
    const point = map.project(lonLat(middle.x + dx, middle.y + dy));
    return [(2 * point.x) / canvas.clientWidth - 1, 1 - (2 * point.y) / canvas.clientHeight];
  };
  const origin = at(0, 0);
  const towards = ([x, y]: Pair): Pair => [(x - origin[0]) / far, (y - origin[1]) / far];
  return { origin, x: towards(at(far, 0)), y: towards(at(0, far)) };
}
