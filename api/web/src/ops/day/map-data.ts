/** Rounds as features of the map: lines and stops, each with the look of its vehicle. */

import type { Schemas } from "../../shared/api";
import { type Look, look } from "./looks";
import type { Shape } from "./map-icons";

export type RoundFeatures = Schemas["RoundFeatures"];
export type Collection = { type: "FeatureCollection"; features: GeoJSON.Feature[] };

/** What of the day changes how stops look. */
export interface Marks {
  /** stop_ids that are late or missed. */
  readonly late: ReadonlySet<string>;
  /** Where each vehicle was seen last. */
  readonly here: readonly { vehicle_id: string; lon: number; lat: number }[];
}

export const NO_MARKS: Marks = { late: new Set(), here: [] };

/** Outcomes that are newer than the features, by stop_id. */
type Outcomes = ReadonlyMap<string, string | null>;

interface Stop {
  readonly kind: string;
  readonly outcome: string | null;
  readonly stop_id: string;
}

export function shapeOf(stop: Stop, marks: Marks, outcomes: Outcomes): Shape {
  const newer = outcomes.get(stop.stop_id);
  const outcome = newer === undefined ? stop.outcome : newer;
  if (outcome === "done" || outcome === "skipped") {
    return outcome;
  }
  if (marks.late.has(stop.stop_id)) {
    return "late";
  }
  return stop.kind === "disposal" || stop.kind === "break" ? stop.kind : "open";
}

type Looks = ReadonlyMap<string, Look>;

export function lines(found: RoundFeatures, looks: Looks): Collection {
  return collection(
    found.features
      .filter((one) => one.geometry.type === "LineString")
      .map((one) => feature(one.geometry, { ...one.properties, ...lookOf(looks, one.properties) })),
  );
}

export function stops(
  found: RoundFeatures,
  looks: Looks,
  marks: Marks,
  outcomes: Outcomes,
): Collection {
  return collection(
    found.features
      .filter((one) => one.geometry.type === "Point")
      .map((one) =>
        feature(one.geometry, {
          ...one.properties,
          ...lookOf(looks, one.properties),
          shape: shapeOf(one.properties as unknown as Stop, marks, outcomes),
        }),
      ),
  );
}

export function vehicles(looks: Looks, marks: Marks): Collection {
  return collection(
    marks.here.map((one) =>
      feature(
        { type: "Point", coordinates: [one.lon, one.lat] },
        { vehicle_id: one.vehicle_id, ...lookOf(looks, one) },
      ),
    ),
  );
}

/** West, south, east, north of the features, of one round where it is named; null: nothing. */
export function bounds(
  found: RoundFeatures,
  roundId: string | null,
): [number, number, number, number] | null {
  const places = found.features
    .filter((one) => roundId === null || one.properties.round_id === roundId)
    .flatMap((one) =>
      one.geometry.type === "Point" ? [one.geometry.coordinates] : one.geometry.coordinates,
    ) as [number, number][];
  if (places.length === 0) {
    return null;
  }
  const box: [number, number, number, number] = [180, 90, -180, -90];
  for (const [lon, lat] of places) {
    box[0] = Math.min(box[0], lon);
    box[1] = Math.min(box[1], lat);
    box[2] = Math.max(box[2], lon);
    box[3] = Math.max(box[3], lat);
  }
  return box;
}

function lookOf(looks: Looks, properties: { readonly vehicle_id?: unknown }): Look {
  return looks.get(String(properties.vehicle_id)) ?? look(0);
}

function collection(features: GeoJSON.Feature[]): Collection {
  return { type: "FeatureCollection", features };
}

function feature(geometry: unknown, properties: GeoJSON.GeoJsonProperties): GeoJSON.Feature {
  return { type: "Feature", geometry: geometry as GeoJSON.Geometry, properties };
}
