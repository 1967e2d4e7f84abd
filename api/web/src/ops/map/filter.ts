/** Which bins, in which order: as people set it, and as it stands in the address. */

import type { Kind } from "./looks";
import { KINDS } from "./looks";

export interface Filter {
  readonly stream: string | null;
  readonly area: string | null;
  readonly depot: string | null;
  /** Only these shapes; none: all. */
  readonly kinds: readonly Kind[];
  /** A sensor's health by name, or TROUBLE. */
  readonly health: string | null;
  readonly minFill: number | null;
  readonly text: string;
  /** Only bins at or over their threshold. */
  readonly over: boolean;
  /** Only what the map shows. */
  readonly within: boolean;
}

export const SORTS = { fill: "fullest first", age: "oldest level first", name: "by name" } as const;
export type Sort = keyof typeof SORTS;

/** Every health that needs somebody. */
export const TROUBLE = "trouble";

export interface View {
  readonly lon: number;
  readonly lat: number;
  readonly zoom: number;
}

/** All of what an address says of the live map. */
export interface Address {
  readonly filter: Filter;
  readonly sort: Sort;
  /** The bin whose card is open. */
  readonly bin: string | null;
  readonly view: View | null;
}

export const EVERYTHING: Filter = {
  stream: null,
  area: null,
  depot: null,
  kinds: [],
  health: null,
  minFill: null,
  text: "",
  over: false,
  within: false,
};

/** Read an address; what cannot be understood counts as not said. */
export function read(query: Readonly<Record<string, string>>): Address {
  const kinds = (query.trust ?? "").split(",");
  const min = Number.parseFloat(query.min ?? "");
  return {
    filter: {
      stream: query.stream || null,
      area: query.area || null,
      depot: query.depot || null,
      kinds: KINDS.map(({ kind }) => kind).filter((kind) => kinds.includes(kind)),
      health: query.health || null,
      minFill: min > 0 && min <= 100 ? min : null,
      text: query.q ?? "",
      over: query.over === "1",
      within: query.within === "1",
    },
    sort: query.sort !== undefined && query.sort in SORTS ? (query.sort as Sort) : "fill",
    bin: query.bin || null,
    view: readView(query.at ?? ""),
  };
}

/** Write an address; only what differs from everything is said. */
export function write({ filter, sort, bin, view }: Address): string {
  const said: [string, string | null][] = [
    ["stream", filter.stream],
    ["area", filter.area],
    ["depot", filter.depot],
    ["trust", filter.kinds.join(",")],
    ["health", filter.health],
    ["min", filter.minFill === null ? null : String(filter.minFill)],
    ["q", filter.text],
    ["over", filter.over ? "1" : null],
    ["within", filter.within ? "1" : null],
    ["sort", sort === "fill" ? null : sort],
    ["bin", bin],
    ["at", view && `${view.lon.toFixed(5)},${view.lat.toFixed(5)},${view.zoom.toFixed(2)}`],
  ];
  const query = new URLSearchParams(said.filter(([, value]) => value) as [string, string][]);
  const text = query.toString().replaceAll("%2C", ",");
  return text ? `/ops/?${text}` : "/ops/";
}

/** Whether nothing is filtered away. */
export function isEverything(filter: Filter): boolean {
  const { kinds, ...rest } = filter;
  const { kinds: _, ...none } = EVERYTHING;
  return (
    kinds.length === 0 &&
    Object.entries(none).every(([name, value]) => rest[name as keyof typeof rest] === value)
  );
}

function readView(text: string): View | null {
  const [lon, lat, zoom] = text.split(",").map(Number);
  const known = [lon, lat, zoom].every((number) => Number.isFinite(number));
  return known && Math.abs(lat as number) <= 85 && Math.abs(lon as number) <= 180
    ? { lon: lon as number, lat: lat as number, zoom: Math.min(22, Math.max(0, zoom as number)) }
    : null;
}
