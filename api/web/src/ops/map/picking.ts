/** Which bin a person means: the nearest one to a point of the screen. */

import type { Bins } from "./columns";
import type { Box } from "./select";

export interface Point {
  readonly x: number;
  readonly y: number;
}

/**
 * Find the row nearest to `point` among those in `box`, at most `reach` pixels away; of two at the
 * same place the one drawn later, which lies on top. null: there is none.
 */
export function nearest(
  bins: Bins,
  drawn: Uint32Array,
  box: Box,
  project: (lon: number, lat: number) => Point,
  point: Point,
  reach: number,
): number | null {
  const [west, south, east, north] = box;
  let found: number | null = null;
  let shortest = reach ** 2;
  for (const row of drawn) {
    const lon = bins.lon[row] as number;
    const lat = bins.lat[row] as number;
    if (lon < west || lon > east || lat < south || lat > north) {
      continue;
    }
    const { x, y } = project(lon, lat);
    const distance = (x - point.x) ** 2 + (y - point.y) ** 2;
    if (distance <= shortest) {
      shortest = distance;
      found = row;
    }
  }
  return found;
}
