/** Which tiles of the street map a round needs, so that they are on the phone before the signal goes. */
import type { Place } from "./geo";

export interface Tile {
  readonly z: number;
  readonly x: number;
  readonly y: number;
}

/** More are not fetched ahead: a phone's data and memory are the crew's. */
export const MOST_TILES = 400;

/** The tile of a zoom that a place is on (web mercator, y from the north). */
export function tileAt([lon, lat]: Place, z: number): Tile {
  const n = 2 ** z;
  const sin = Math.sin((Math.max(-85, Math.min(85, lat)) * Math.PI) / 180);
  const inside = (value: number) => Math.max(0, Math.min(n - 1, Math.floor(value)));
  return {
    z,
    x: inside(((lon + 180) / 360) * n),
    y: inside((0.5 - Math.log((1 + sin) / (1 - sin)) / (4 * Math.PI)) * n),
  };
}

/**
 * The tiles around the places of a round, coarse ones first, each once; with their neighbours at
 * every zoom, so that a look around has streets too. At most `most`.
 */
export function tilesAround(
  places: readonly Place[],
  zooms: { readonly from: number; readonly to: number },
  most: number = MOST_TILES,
): Tile[] {
  const found = new Map<string, Tile>();
  for (let z = zooms.from; z <= zooms.to; z++) {
    const n = 2 ** z;
    for (const place of places) {
      const { x, y } = tileAt(place, z);
      for (const [dx, dy] of [
        [0, 0],
        [1, 0],
        [-1, 0],
        [0, 1],
        [0, -1],
      ] as const) {
        const tile = { z, x: (x + dx + n) % n, y: y + dy };
        if (tile.y < 0 || tile.y >= n) {
          continue;
        }
        found.set(`${z}/${tile.x}/${tile.y}`, tile);
        if (found.size >= most) {
          return [...found.values()];
        }
      }
    }
  }
  return [...found.values()];
}

export interface Template {
  readonly template: string;
  readonly from: number;
  readonly to: number;
}

/** Zooms below the finest that are kept too: from the whole round to its streets. */
const ZOOMS = 4;

/** What to fetch of a style's sources. Only our own server's: nobody else is asked unasked. */
export function templatesOf(style: unknown): Template[] {
  const { sources = {} } = (style ?? {}) as {
    sources?: Record<string, { tiles?: string[]; minzoom?: number; maxzoom?: number }>;
  };
  return Object.values(sources).flatMap(({ tiles, minzoom = 0, maxzoom = 14 }) => {
    const template = tiles?.[0];
    return template?.startsWith("/") && !template.startsWith("//")
      ? [{ template, from: Math.max(minzoom, maxzoom - ZOOMS), to: maxzoom }]
      : [];
  });
}

/** Places so far apart that none is between them that needs a tile of its own. */
export function thinned(places: readonly Place[], apartDeg: number = 0.004): Place[] {
  const found = new Map<string, Place>();
  for (const [lon, lat] of places) {
    found.set(`${Math.round(lon / apartDeg)} ${Math.round(lat / apartDeg)}`, [lon, lat]);
  }
  return [...found.values()];
}
