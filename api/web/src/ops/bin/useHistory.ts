/** A bin's history, forecast and emptyings over a range, kept up to date. */

import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { api, Problem } from "../../shared/api";
import { live } from "../../shared/live";
import type { Bands, Emptying, History } from "./figures";

export interface Past {
  readonly history: History;
  readonly bands: Bands;
  /** Newest first; null: not this reader's to see. */
  readonly emptyings: readonly Emptying[] | null;
}

const DAY_MS = 86_400_000;
/** The server gives so many days of emptyings at a time. */
const AT_ONCE_DAYS = 31;
/** A sensor that speaks every second must not have a page load all the time. */
const PAUSE_MS = 2_000;

/** null while it loads for the first time; a failure leaves what was there. */
export function usePast(binId: string, days: number): Past | null {
  const [past, setPast] = useState<Past | null>(null);
  const asked = useRef(0);
  const load = useCallback(async () => {
    asked.current += 1;
    const mine = asked.current;
    try {
      const found = await read(binId, days);
      if (mine === asked.current) {
        setPast(found);
      }
    } catch (error) {
      // the page says that the server is away, and "hello" comes when it is back
      console.warn("history:", error);
    }
  }, [binId, days]);

  useEffect(() => {
    let waiting: ReturnType<typeof setTimeout> | undefined;
    const soon = () => {
      waiting ??= setTimeout(() => {
        waiting = undefined;
        void load();
      }, PAUSE_MS);
    };
    void load();
    const offs = [
      live.on("hello", () => void load()),
      live.on(
        "levels",
        (event) => ("reload" in event || event.rows.some(([id]) => id === binId)) && soon(),
      ),
      live.on("plan", ({ status }) => status === "ready" && soon()),
      live.on("stop", soon),
    ];
    return () => {
      asked.current += 1;
      clearTimeout(waiting);
      for (const off of offs) {
        off();
      }
    };
  }, [load]);
  return past;
}

async function read(binId: string, days: number): Promise<Past> {
  const path = { bin_id: binId };
  const since = new Date(Date.now() - days * DAY_MS).toISOString();
  const [history, bands, emptyings] = await Promise.all([
    api.GET("/bins/{bin_id}/history", { params: { path, query: { since } } }),
    api.GET("/bins/{bin_id}/forecast", { params: { path } }),
    readEmptyings(binId, days),
  ]);
  return { history: history.data as History, bands: bands.data as Bands, emptyings };
}

async function readEmptyings(binId: string, days: number): Promise<Emptying[] | null> {
  const found: Emptying[] = [];
  const now = Date.now();
  try {
    for (let back = 0; back < days; back += AT_ONCE_DAYS) {
      const query = {
        bin_id: binId,
        since: new Date(now - Math.min(days, back + AT_ONCE_DAYS) * DAY_MS).toISOString(),
        until: new Date(now - back * DAY_MS).toISOString(),
        limit: 1000,
      };
      const { data } = await api.GET("/emptyings", { params: { query } });
      found.push(...(data?.items ?? []).reverse());
    }
  } catch (error) {
    if (error instanceof Problem && error.status === 403) {
      return null;
    }
    throw error;
  }
  return found;
}
