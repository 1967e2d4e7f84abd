/** The bins as the page holds them: loaded once, kept up to date in place by what happens. */

import { signal } from "@preact/signals";
import { api } from "../../shared/api";
import { type LevelRow, live } from "../../shared/live";
import { apply, type Bins, decode } from "./columns";

export type Loading = "loading" | "ready" | "failed";

/** Levels that come within this time are shown together. */
const TOGETHER_MS = 400;
/** After a failure the next try. */
const AGAIN_MS = 5_000;
const PATIENCE_MS = 3_000;
/** Ages are said anew this often. */
const TICK_MS = 10_000;

export const bins = signal<Bins | null>(null);
export const loading = signal<Loading>("loading");
/** Counts up with each batch of levels. */
export const version = signal(0);
/** The rows of the newest batch. */
export const changed = signal<readonly number[]>([]);
/** In ms since 1970. */
export const now = signal(Date.now());

let pending: LevelRow[] = [];
let asking: Promise<void> | null = null;
let stale = false;
let collecting = false;
let retrying: ReturnType<typeof setTimeout> | undefined;

/** Ask for all bins; what happens meanwhile is applied to the answer. */
export function load(): Promise<void> {
  // what was asked for before this moment may not know what has happened since
  stale = asking !== null;
  asking ??= ask().finally(() => {
    asking = null;
    flush();
    if (stale) {
      void load();
    }
  });
  return asking;
}

async function ask(): Promise<void> {
  clearTimeout(retrying);
  try {
    const { data } = await api.GET("/bins.columns");
    if (data === undefined) {
      throw new Error("an empty answer");
    }
    bins.value = decode(data);
    loading.value = "ready";
    changed.value = [];
    version.value += 1;
  } catch (error) {
    console.warn("bins:", error);
    if (bins.value === null) {
      loading.value = "failed";
    }
    retrying = setTimeout(load, AGAIN_MS);
  }
}

function flush(): void {
  collecting = false;
  const known = bins.value;
  if (known === null || pending.length === 0 || asking !== null) {
    return;
  }
  const { rows, unknown } = apply(known, pending);
  pending = [];
  changed.value = rows;
  version.value += 1;
  if (unknown) {
    void load();
  }
}

function heard(rows: readonly LevelRow[]): void {
  pending.push(...rows);
  if (!collecting) {
    collecting = true;
    setTimeout(flush, TOGETHER_MS);
  }
}

/** Let ages grow until the returned function is called. */
export function tick(): () => void {
  now.value = Date.now();
  const ticking = setInterval(() => {
    now.value = Date.now();
  }, TICK_MS);
  return () => clearInterval(ticking);
}

/** Follow what happens until the returned function is called. */
export function follow(): () => void {
  const stop = tick();
  const offs = [
    // comes with each connection, also with the first
    live.on("hello", () => void load()),
    live.on("levels", (event) => {
      if ("rows" in event) {
        heard(event.rows);
      } else {
        void load();
      }
    }),
  ];
  // the bins are worth seeing also where events are held up on their way
  const impatient = setTimeout(() => bins.peek() === null && void load(), PATIENCE_MS);
  return () => {
    stop();
    clearTimeout(impatient);
    clearTimeout(retrying);
    for (const off of offs) {
      off();
    }
  };
}
