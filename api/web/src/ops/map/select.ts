/** The selection: which bins a filter leaves, how many of which sort, in which order. */

import type { Bins } from "./columns";
import { NONE } from "./columns";
import { type Filter, type Sort, TROUBLE } from "./filter";
import { COLOURS, isOver, isPlaced, KINDS, kindOf, stepOf } from "./looks";

/** [west, south, east, north] */
export type Box = readonly [number, number, number, number];

export interface Selection {
  /** Rows of the bins, in the order of the bins. */
  readonly rows: Uint32Array;
  /** How many of each shape (KINDS), whichever shapes are wanted. */
  readonly kinds: readonly number[];
  /** How many of each colour (COLOURS). */
  readonly steps: readonly number[];
  readonly withoutPosition: number;
  readonly over: number;
}

/** Healths that are nobody's work. */
const WELL = new Set(["ok", "retired", "not_mounted"]);

/** Find the bins that a filter leaves; `box` is what the map shows. */
export function select(bins: Bins, filter: Filter, box: Box | null): Selection {
  const holds = matcher(bins, filter, box);
  const wanted = KINDS.map(({ kind }) => filter.kinds.length === 0 || filter.kinds.includes(kind));
  const rows = new Uint32Array(bins.count);
  const kinds = new Array<number>(KINDS.length).fill(0);
  const steps = new Array<number>(COLOURS.length).fill(0);
  let count = 0;
  let withoutPosition = 0;
  let over = 0;
  for (let row = 0; row < bins.count; row++) {
    if (!holds(row)) {
      continue;
    }
    const kind = kindOf(bins, row);
    kinds[kind] = (kinds[kind] as number) + 1;
    if (!wanted[kind]) {
      continue;
    }
    rows[count++] = row;
    const step = stepOf(bins.fill[row] as number);
    steps[step] = (steps[step] as number) + 1;
    withoutPosition += isPlaced(bins, row) ? 0 : 1;
    over += isOver(bins, row) ? 1 : 0;
  }
  return { rows: rows.slice(0, count), kinds, steps, withoutPosition, over };
}

function matcher(bins: Bins, filter: Filter, box: Box | null): (row: number) => boolean {
  const tests: ((row: number) => boolean)[] = [];
  const equal = (names: readonly string[], column: Int32Array, name: string | null) => {
    if (name !== null) {
      const wanted = names.indexOf(name);
      tests.push((row) => wanted !== NONE && column[row] === wanted);
    }
  };
  equal(bins.streams, bins.stream, filter.stream);
  equal(bins.areas, bins.area, filter.area);
  equal(bins.depots, bins.depot, filter.depot);
  if (filter.health === TROUBLE) {
    const needs = bins.healths.map((name) => !WELL.has(name));
    tests.push((row) => needs[bins.health[row] as number] === true);
  } else {
    equal(bins.healths, bins.health, filter.health);
  }
  const { minFill } = filter;
  if (minFill !== null) {
    tests.push((row) => (bins.fill[row] as number) >= minFill);
  }
  if (filter.over) {
    tests.push((row) => isOver(bins, row));
  }
  if (filter.within && box !== null) {
    const [west, south, east, north] = box;
    tests.push((row) => {
      const lon = bins.lon[row] as number;
      const lat = bins.lat[row] as number;
      return lon >= west && lon <= east && lat >= south && lat <= north;
    });
  }
  const wanted = filter.text.toLowerCase().split(/\s+/).filter(Boolean);
  if (wanted.length > 0) {
    tests.push((row) => wanted.every((word) => (bins.text[row] as string).includes(word)));
  }
  return (row) => tests.every((test) => test(row));
}

/** Rows above this number would not fit beside a key. */
const ROOM = 2 ** 20;

/** Put rows into an order; those without a level come last, equal ones stay as they are. */
export function sorted(bins: Bins, rows: Uint32Array, sort: Sort): Uint32Array {
  const key = keyOf(bins, sort);
  // a key and its row in one number: sorting numbers alone takes milliseconds for 50,000
  const keyed = Float64Array.from(rows, (row) => key(row) * ROOM + row).sort();
  return Uint32Array.from(keyed, (one) => one % ROOM);
}

const LAST = 2 ** 32;

function keyOf(bins: Bins, sort: Sort): (row: number) => number {
  if (sort === "name") {
    const ranks = ranksOf(bins);
    return (row) => ranks[row] as number;
  }
  if (sort === "age") {
    return (row) => orLast(Math.round(bins.measuredAt[row] as number));
  }
  return (row) => orLast(Math.round(1000 - 10 * (bins.fill[row] as number)));
}

function orLast(key: number): number {
  return Number.isNaN(key) ? LAST : Math.min(LAST, Math.max(0, key));
}

const ranks = new WeakMap<Bins, Uint32Array>();

/** What a name is ordered by: without accents and case, numbers by what they are worth. */
function nameKey(name: string): string {
  const plain = name.normalize("NFD").replace(/\p{Mn}/gu, "");
  return plain.toLowerCase().replace(/\d+/g, (digits) => digits.padStart(NUMBER_WIDTH, "0"));
}

const NUMBER_WIDTH = 8;

/**
 * The place of each bin in the order of names; worked out once, when first asked for. Keys that
 * are compared as they are take half of a collator's time.
 */
function ranksOf(bins: Bins): Uint32Array {
  const known = ranks.get(bins);
  if (known !== undefined) {
    return known;
  }
  const keys = bins.name.map(nameKey);
  const order = Array.from(keys, (_, row) => row).sort((a, b) => {
    const one = keys[a] as string;
    const other = keys[b] as string;
    return one < other ? -1 : one > other ? 1 : 0;
  });
  const found = new Uint32Array(bins.count);
  order.forEach((row, place) => {
    found[row] = place;
  });
  ranks.set(bins, found);
  return found;
}

/** The order in which bins are drawn: the fullest last, so that they lie on top. */
export function drawn(bins: Bins, rows: Uint32Array): Uint32Array {
  const placed = rows.filter((row) => isPlaced(bins, row));
  const key = (row: number) => {
    const fill = bins.fill[row] as number;
    return (isOver(bins, row) ? 2000 : 0) + (Number.isNaN(fill) ? 0 : 1 + Math.round(fill * 10));
  };
  const keyed = Float64Array.from(placed, (row) => key(row) * ROOM + row).sort();
  return Uint32Array.from(keyed, (one) => one % ROOM);
}
