/** What the sensors' list asks the server for, from the page's address. */
import type { paths } from "#api";
import { addressWith, type Query } from "../lists/address";

type Asked = NonNullable<paths["/work/sensors"]["get"]["parameters"]["query"]>;

const NAMES = ["health", "seen", "depot_id", "stream", "device", "search", "sort", "descending"];
export const PART = 200;

/** The conditions and the order, without which part of the list. */
export function asked(query: Query): Query {
  return Object.fromEntries(
    NAMES.map((name) => [name, (query[name] ?? "").trim()]).filter(([, value]) => value !== ""),
  );
}

/** As the typed client wants it; what is not in the address the server sees to. */
export function askedFor(query: Query, limit: number): Asked {
  return { ...asked(query), limit } as Asked;
}

/** The same list as CSV. */
export function csvAddress(query: Query): string {
  return addressWith("/work/sensors.csv", asked(query), {});
}
