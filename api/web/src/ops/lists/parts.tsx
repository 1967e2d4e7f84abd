/** What the pages with lists have in common. */
import type { ComponentChildren } from "preact";
import { age, dayAndClock, secondsSince } from "../../shared/words";
import type { Address } from "./address";
import type { Loaded } from "./loaded";
import "./lists.css";

/** A moment with its age; exact for programs and on paper. */
export function When({ at, none }: { at: string | null | undefined; none: string }) {
  if (!at) {
    return <span class="quiet">{none}</span>;
  }
  const seconds = secondsSince(at);
  return (
    <time dateTime={at}>
      {dayAndClock(at)}
      <span class="lists-age">{seconds < 0 ? `in ${age(-seconds)}` : `${age(seconds)} ago`}</span>
    </time>
  );
}

/** What a page says while it has nothing, or has failed; the old data stays below it. */
export function State({ of, empty }: { of: Loaded<unknown>; empty: string | null }) {
  if (of.error !== null) {
    return (
      <p class="lists-state lists-failed" role="alert">
        {of.error} {of.data === null ? "" : "What stands below is what was there before."}{" "}
        <button type="button" onClick={of.reload}>
          Try again
        </button>
      </p>
    );
  }
  if (of.data === null) {
    return (
      <p class="lists-state" role="status">
        Loading …
      </p>
    );
  }
  return empty === null ? null : (
    <p class="lists-state" role="status">
      {empty}
    </p>
  );
}

/** A heading by which the table is sorted; pressed again the other way round. */
export function Sorted(props: {
  name: string;
  by: string;
  address: Address;
  /** By what the list is sorted where the address does not say. */
  usual: string;
}) {
  const { address, by, name, usual } = props;
  const here = (address.query.sort ?? usual) === by;
  const down = address.query.descending === "true";
  const next = { sort: by === usual ? "" : by, descending: here && !down ? "true" : "" };
  return (
    <th scope="col" aria-sort={here ? (down ? "descending" : "ascending") : undefined}>
      <button type="button" class="lists-sort" onClick={() => address.go(next)}>
        {name}
        <span aria-hidden="true">{here ? (down ? " ▼" : " ▲") : ""}</span>
      </button>
    </th>
  );
}

/** A list to choose from, with a first entry for all. */
export function Choice(props: {
  label: string;
  parameter: string;
  all: string;
  values: readonly (readonly [value: string, name: string])[];
  address: Address;
}) {
  const { address, parameter } = props;
  return (
    <label>
      {props.label}
      <select
        value={address.query[parameter] ?? ""}
        onChange={(event) => address.go({ [parameter]: event.currentTarget.value })}
      >
        <option value="">{props.all}</option>
        {props.values.map(([value, name]) => (
          <option key={value} value={value}>
            {name}
          </option>
        ))}
      </select>
    </label>
  );
}

/** Words to look for; the list follows while they are typed. */
export function Search({ looksFor, address }: { looksFor: string; address: Address }) {
  return (
    <label>
      Search
      <input
        type="search"
        placeholder={looksFor}
        value={address.query.search ?? ""}
        onInput={(event) => address.go({ search: event.currentTarget.value }, true)}
      />
    </label>
  );
}

/** How many there are of each kind, and a link to those alone; the first is for all. */
export function Counts(props: {
  label: string;
  parameter: string;
  counts: readonly Counted[];
  address: Address;
}) {
  const { address, parameter } = props;
  const here = address.query[parameter] ?? "";
  return (
    <nav aria-label={props.label}>
      <ul class="lists-counts">
        {props.counts.map((count) => (
          <li key={count.value}>
            <a
              href={address.to({ [parameter]: count.value })}
              aria-current={here === count.value ? "true" : undefined}
            >
              {count.name} <strong>{count.n}</strong>
              {count.aside && <span class="quiet">{count.aside}</span>}
            </a>
          </li>
        ))}
      </ul>
    </nav>
  );
}

export interface Counted {
  /** What the address says of it; empty: all. */
  readonly value: string;
  readonly name: string;
  readonly n: number;
  readonly aside?: string | false;
}

/** The most a list may have on one page. */
const MOST = 1_000;

/** A button for what is not shown yet, where the server would give it. */
export function More(props: {
  of: { total: number; items: readonly unknown[] } | null;
  limit: number;
  setLimit: (limit: number) => void;
}) {
  if (props.of === null || props.of.items.length >= props.of.total || props.limit >= MOST) {
    return null;
  }
  return (
    <p>
      <button type="button" onClick={() => props.setLimit(MOST)}>
        Show up to 1,000
      </button>
    </p>
  );
}

/** The list as a file, and on paper. */
export function TakeAway({ csv, children }: { csv: string; children?: ComponentChildren }) {
  return (
    <p class="lists-actions">
      {children}
      <a class="button" href={csv} download="">
        CSV
      </a>
      <button type="button" onClick={() => window.print()}>
        Print
      </button>
    </p>
  );
}
