/** Which street was meant by a click on the map. */
import type { Map as GlMap, PointLike } from "maplibre-gl";
import type { Place } from "./closed";

const NEAR_PX = 14;

export interface StreetAt {
  /** On the street, so that the planner closes this one and not its neighbour. */
  readonly place: Place;
  /** Empty where the map has none. */
  readonly name: string;
}

/** The nearest drawn street; null: none is near. A map without drawn streets takes any place. */
export function streetAt(map: GlMap, at: { x: number; y: number }): StreetAt | null {
  const box: [PointLike, PointLike] = [
    [at.x - NEAR_PX, at.y - NEAR_PX],
    [at.x + NEAR_PX, at.y + NEAR_PX],
  ];
  const layers = map.getStyle().layers.filter((one) => "source-layer" in one);
  const streets = layers.filter((one) => one.type === "line" && one["source-layer"] === "roads");
  if (streets.length === 0) {
    return { place: map.unproject([at.x, at.y]).toArray(), name: "" };
  }
  let nearest: { px: number; x: number; y: number; name: string } | null = null;
  for (const found of map.queryRenderedFeatures(box, { layers: streets.map((one) => one.id) })) {
    for (const line of linesOf(found.geometry)) {
      const places = line.map(([lon = 0, lat = 0]) => map.project([lon, lat]));
      for (const [n, end] of places.entries()) {
        const on = nearestOn(places[n - 1] ?? end, end, at);
        const px = Math.hypot(on.x - at.x, on.y - at.y);
        if (px <= NEAR_PX && (nearest === null || px < nearest.px)) {
          nearest = { ...on, px, name: String(found.properties.name ?? "") };
        }
      }
    }
  }
  return nearest && { place: map.unproject([nearest.x, nearest.y]).toArray(), name: nearest.name };
}

interface Xy {
  readonly x: number;
  readonly y: number;
}

/** The place on a stretch that is nearest to another. */
export function nearestOn(start: Xy, end: Xy, at: Xy): Xy {
  const [x, y] = [end.x - start.x, end.y - start.y];
  const long = x * x + y * y;
  const share = long === 0 ? 0 : ((at.x - start.x) * x + (at.y - start.y) * y) / long;
  const held = Math.min(1, Math.max(0, share));
  return { x: start.x + held * x, y: start.y + held * y };
}

function linesOf(geometry: GeoJSON.Geometry): GeoJSON.Position[][] {
  if (geometry.type === "LineString") {
    return [geometry.coordinates];
  }
  return geometry.type === "MultiLineString" ? geometry.coordinates : [];
}
