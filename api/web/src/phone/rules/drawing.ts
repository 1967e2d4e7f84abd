/** A round as lines and points for the map. */
import type { Feature, FeatureCollection, LineString, Point } from "geojson";
import { decoded, type Place } from "./geo";
import type { StopView } from "./overlay";
import { nextOf } from "./overlay";
import type { Leg } from "./types";

export type Standing = "done" | "skipped" | "next" | "open";

const standing = (view: StopView, next: StopView | null): Standing =>
  view.outcome ?? (view === next ? "next" : "open");

/** The way to each stop: driven, the one to drive now, and those after it; last, the way home. */
export function waysOf(
  views: readonly StopView[],
  legs: readonly Leg[],
): FeatureCollection<LineString> {
  const next = nextOf(views);
  const features = legs.flatMap((leg, n): Feature<LineString>[] => {
    const line = decoded(leg.polyline);
    if (line.length < 2) {
      return [];
    }
    const view = views[n];
    const when =
      view === undefined ? "open" : view.outcome !== null ? "done" : standing(view, next);
    return [
      {
        type: "Feature",
        properties: { when },
        geometry: { type: "LineString", coordinates: line.map(([lon, lat]) => [lon, lat]) },
      },
    ];
  });
  return { type: "FeatureCollection", features };
}

/** The stops; a break has no place of its own. */
export function stopsOf(views: readonly StopView[]): FeatureCollection<Point> {
  const next = nextOf(views);
  return {
    type: "FeatureCollection",
    features: views
      .filter((view) => view.stop.kind !== "break")
      .map((view) => ({
        type: "Feature",
        properties: {
          stop_id: view.stop.stop_id,
          standing: standing(view, next),
          label: view.stop.kind === "bin" ? String(view.stop.seq) : "kg",
        },
        geometry: { type: "Point", coordinates: [...placeOf(view)] },
      })),
  };
}

const placeOf = ({ stop }: StopView): Place => [stop.position.lon, stop.position.lat];

/** Everything that belongs to the round. */
export function placesOf(views: readonly StopView[], legs: readonly Leg[]): Place[] {
  return [...views.map(placeOf), ...legs.flatMap((leg) => decoded(leg.polyline))];
}

/** The next stop and the way to it; without one the whole round. */
export function placesAhead(views: readonly StopView[], legs: readonly Leg[]): Place[] {
  const next = nextOf(views);
  if (next === null) {
    return placesOf(views, legs);
  }
  return [placeOf(next), ...decoded(legs[views.indexOf(next)]?.polyline ?? "")];
}
