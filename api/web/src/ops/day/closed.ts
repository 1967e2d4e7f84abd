/** Closed streets as text, the way the server takes them, and as what a map draws. */
import { distance } from "../../shared/words";
import type { Collection } from "./map-data";

export type Place = readonly [lon: number, lat: number];

/** One closed street: at a place, along a line of places, or a whole way by its number. */
export interface ClosedStreet {
  readonly line: readonly Place[];
  readonly wayId: string;
  readonly note: string;
  /** Days, both included; empty: always. */
  readonly from: string;
  readonly until: string;
}

const COLUMNS = ["way_id", "lon", "lat", "to_lon", "to_lat", "from", "until", "note"] as const;
type Row = Partial<Record<string, string>>;

/**
 * What of a text can be drawn or named. What is wrong in it the server says, who reads it in earnest;
 * here it is left out, for somebody may still be typing.
 */
export function closedStreets(text: string): ClosedStreet[] {
  return isJson(text) ? ofFeatures(text) : rowsOf(text).flatMap(ofRow);
}

/** Whether a street can be put to the text: to rows, not to JSON. */
export const isJson = (text: string) => /^\s*[{[]/.test(text);

/** The text with one more street at the end. */
export function withStreet(text: string, line: readonly Place[], note: string): string {
  const [at, to] = line;
  const row: Row = { note };
  for (const [place, lon, lat] of [
    [at, "lon", "lat"] as const,
    [to, "to_lon", "to_lat"] as const,
  ]) {
    if (place !== undefined) {
      row[lon] = place[0].toFixed(6);
      row[lat] = place[1].toFixed(6);
    }
  }
  return written([...rowsOf(text), row]);
}

/** The text without one of its streets, by its place in `closedStreets`. */
export function withoutStreet(text: string, index: number): string {
  let n = -1;
  return written(
    rowsOf(text).filter((row) => {
      n += ofRow(row).length;
      return ofRow(row).length === 0 || n !== index;
    }),
  );
}

/** What a street is called in a list. */
export function calledStreet(street: ClosedStreet): string {
  const { note, line, wayId } = street;
  const [at] = line;
  if (at === undefined) {
    return note === "" ? `the whole street number ${wayId}` : `${note}, the whole street`;
  }
  const name = note === "" ? `the street at ${at[0].toFixed(4)}, ${at[1].toFixed(4)}` : note;
  return line.length > 1 ? `${name}, ${distance(lengthM(line))} of it` : `${name}, at one place`;
}

function lengthM(line: readonly Place[]): number {
  const metres = 111_195;
  return line.slice(1).reduce((sum, [lon, lat], n) => {
    const [fromLon, fromLat] = line[n] as Place;
    const narrow = Math.cos((lat * Math.PI) / 180);
    return sum + metres * Math.hypot((lon - fromLon) * narrow, lat - fromLat);
  }, 0);
}

/** Lines, and a sign in the middle of each: its number in the list, where `numbered`. */
export function closedCollection(streets: readonly ClosedStreet[], numbered = false): Collection {
  const features = streets.flatMap(({ line }, n): GeoJSON.Feature[] => {
    const middle = middleOf(line);
    if (middle === null) {
      return [];
    }
    const sign = feature({ type: "Point", coordinates: [...middle] }, numbered ? `${n + 1}` : "▬");
    const along = { type: "LineString" as const, coordinates: line.map((place) => [...place]) };
    return line.length > 1 ? [feature(along, ""), sign] : [sign];
  });
  return { type: "FeatureCollection", features };
}

function middleOf(line: readonly Place[]): Place | null {
  const before = line[Math.floor((line.length - 1) / 2)];
  const after = line[Math.ceil((line.length - 1) / 2)];
  return before && after ? [(before[0] + after[0]) / 2, (before[1] + after[1]) / 2] : null;
}

const feature = (geometry: GeoJSON.Geometry, sign: string): GeoJSON.Feature => ({
  type: "Feature",
  geometry,
  properties: { sign },
});

function ofRow(row: Row): ClosedStreet[] {
  const at = placeOf(row.lon, row.lat);
  const to = placeOf(row.to_lon, row.to_lat);
  const line = at === null ? [] : to === null ? [at] : [at, to];
  const wayId = row.way_id ?? "";
  return line.length === 0 && wayId === ""
    ? []
    : [{ line, wayId, note: row.note ?? "", from: row.from ?? "", until: row.until ?? "" }];
}

function placeOf(lon: string | undefined, lat: string | undefined): Place | null {
  const place = [Number.parseFloat(lon ?? ""), Number.parseFloat(lat ?? "")] as const;
  return Math.abs(place[0]) <= 180 && Math.abs(place[1]) <= 90 ? place : null;
}

function rowsOf(text: string): Row[] {
  const [names, ...rows] = text.split(/\r?\n/).filter((line) => line.trim() !== "");
  const columns = cells(names ?? "");
  return rows.map((line) =>
    Object.fromEntries(cells(line).map((cell, n) => [columns[n] ?? "", cell])),
  );
}

/** The cells of a line; one in quotes may hold commas. */
function cells(line: string): string[] {
  const found = `${line},`.matchAll(/\s*(?:"((?:[^"]|"")*)"[^,]*|([^,]*)),/g);
  return [...found].map(([, quoted, plain]) =>
    (quoted?.replaceAll('""', '"') ?? plain ?? "").trim(),
  );
}

function written(rows: readonly Row[]): string {
  const columns = COLUMNS.filter((name) => rows.some((row) => row[name]));
  return rows.length === 0
    ? ""
    : [columns, ...rows.map((row) => columns.map((name) => quoted(row[name] ?? "")))]
        .map((one) => one.join(","))
        .join("\n");
}

const quoted = (cell: string) => (/[",]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);

function ofFeatures(text: string): ClosedStreet[] {
  try {
    const { features } = JSON.parse(text) as GeoJSON.FeatureCollection;
    return features.flatMap(({ geometry, properties }) => {
      const of = (name: string) => String(properties?.[name] ?? "");
      const street = {
        wayId: of("way_id"),
        note: of("note"),
        from: of("from"),
        until: of("until"),
      };
      return linesOf(geometry).map((line) => ({ ...street, line }));
    });
  } catch {
    return [];
  }
}

function linesOf(geometry: GeoJSON.Geometry | null): Place[][] {
  switch (geometry?.type) {
    case "Point":
      return [[geometry.coordinates as unknown as Place]];
    case "LineString":
      return [geometry.coordinates as unknown as Place[]];
    case "MultiLineString":
      return geometry.coordinates as unknown as Place[][];
    default:
      return [[]];
  }
}
