/** What a page shows stands in its address: it can be sent to somebody, and "back" goes back. */
import { useLocation } from "preact-iso";

export type Query = Readonly<Record<string, string>>;

/** The address with some of its parameters changed; an empty value takes one away. */
export function addressWith(path: string, query: Query, changes: Query): string {
  const found = new URLSearchParams(
    Object.entries({ ...query, ...changes })
      .filter(([, value]) => value !== "")
      .sort(([a], [b]) => a.localeCompare(b)),
  ).toString();
  return found === "" ? path : `${path}?${found}`;
}

export interface Address {
  readonly query: Query;
  /** The address with changes, for a link. */
  readonly to: (changes: Query) => string;
  /** Goes there; `replace` leaves no step for "back", as while somebody types. */
  readonly go: (changes: Query, replace?: boolean) => void;
}

export function useAddress(): Address {
  const { path, query, route } = useLocation();
  const to = (changes: Query) => addressWith(path, query, changes);
  return { query, to, go: (changes, replace = false) => route(to(changes), replace) };
}
