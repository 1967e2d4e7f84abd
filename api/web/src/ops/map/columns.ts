/** All bins, column by column: the same row everywhere is the same bin. */

import type { Schemas } from "../../shared/api";
import type { Trust } from "../../shared/levels";
import type { LevelRow } from "../../shared/live";

/** What GET /bins.columns answers. */
export type Columns = Schemas["BinColumns"];

export const TRUSTS: readonly Trust[] = ["fresh", "stale", "untrusted", "no_level"];
/** Where a number stands for nothing: no health, no area. */
export const NONE = -1;

/** Bins ready to be counted and drawn; NaN: nothing is known. Levels change in place. */
export interface Bins {
  readonly count: number;
  readonly id: readonly string[];
  readonly name: readonly string[];
  /** Name and id in small letters, to be searched. */
  readonly text: readonly string[];
  readonly row: ReadonlyMap<string, number>;
  readonly lon: Float64Array;
  readonly lat: Float64Array;
  readonly streams: readonly string[];
  readonly stream: Int32Array;
  readonly depots: readonly string[];
  readonly depot: Int32Array;
  readonly areas: readonly string[];
  readonly area: Int32Array;
  readonly healths: string[];
  readonly health: Int32Array;
  readonly fill: Float64Array;
  readonly trust: Uint8Array;
  readonly measuredAt: Float64Array;
  readonly hasSensor: Uint8Array;
  readonly threshold: Float64Array;
  readonly inService: Uint8Array;
}

/** Make bins of an answer. */
export function decode(columns: Columns): Bins {
  const count = columns.bin_id.length;
  const trusts = columns.trusts.map((name) => trustOf(name));
  return {
    count,
    id: columns.bin_id,
    name: columns.name,
    text: columns.name.map((name, row) => `${name} ${columns.bin_id[row]}`.toLowerCase()),
    row: new Map(columns.bin_id.map((id, row) => [id, row])),
    lon: numbers(columns.lon),
    lat: numbers(columns.lat),
    streams: columns.streams,
    stream: Int32Array.from(columns.stream),
    depots: columns.depots,
    depot: Int32Array.from(columns.depot),
    areas: columns.areas,
    area: positions(columns.area),
    healths: [...columns.healths],
    health: positions(columns.health),
    fill: numbers(columns.fill_pct),
    trust: Uint8Array.from(columns.trust, (nth) => trusts[nth] ?? NO_LEVEL),
    measuredAt: numbers(columns.measured_at_s),
    hasSensor: Uint8Array.from(columns.has_sensor),
    threshold: Float64Array.from(columns.threshold_pct),
    inService: Uint8Array.from(columns.in_service),
  };
}

/** What came of rows that were applied. */
export interface Changes {
  /** Whose level is another now, each once. */
  readonly rows: readonly number[];
  /** A bin was named that is not here: everything has to be loaded anew. */
  readonly unknown: boolean;
}

/** Write new levels into the bins. */
export function apply(bins: Bins, rows: readonly LevelRow[]): Changes {
  const changed = new Set<number>();
  let unknown = false;
  for (const [binId, fill, trust, measuredAt, health] of rows) {
    const row = bins.row.get(binId);
    if (row === undefined) {
      unknown = true;
      continue;
    }
    bins.fill[row] = fill ?? Number.NaN;
    bins.trust[row] = trustOf(trust);
    bins.measuredAt[row] = measuredAt ?? Number.NaN;
    bins.hasSensor[row] = health === null ? 0 : 1;
    bins.health[row] = health === null ? NONE : numberOf(bins.healths, health);
    changed.add(row);
  }
  return { rows: [...changed], unknown };
}

const NO_LEVEL = TRUSTS.indexOf("no_level");

function trustOf(name: string): number {
  const found = TRUSTS.indexOf(name as Trust);
  return found < 0 ? NO_LEVEL : found;
}

function numberOf(names: string[], name: string): number {
  const found = names.indexOf(name);
  return found < 0 ? names.push(name) - 1 : found;
}

function numbers(column: readonly (number | null)[]): Float64Array {
  return Float64Array.from(column, (value) => value ?? Number.NaN);
}

function positions(column: readonly (number | null)[]): Int32Array {
  return Int32Array.from(column, (value) => value ?? NONE);
}
