/** One bin with all that is known of it, loaded anew whenever something about it has happened. */

import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { api, Problem, type Schemas } from "../../shared/api";
import { live } from "../../shared/live";

export type BinWhole = Schemas["BinWhole"];
export type Visits = Schemas["VisitList"];

export interface WholeBin {
  readonly bin: BinWhole | null;
  /** null: not loaded, or not this reader's to see. */
  readonly visits: Visits | null;
  /** Why there is nothing, or why what is shown may be old. */
  readonly trouble: string | null;
  readonly reload: () => Promise<void>;
}

/** Load a bin and follow it; `days` of its visits. */
export function useWholeBin(binId: string, days: number): WholeBin {
  const [bin, setBin] = useState<BinWhole | null>(null);
  const [visits, setVisits] = useState<Visits | null>(null);
  const [trouble, setTrouble] = useState<string | null>(null);
  const asked = useRef(0);

  const reload = useCallback(async () => {
    asked.current += 1;
    const mine = asked.current;
    const params = { path: { bin_id: binId } };
    try {
      const [found, been] = await Promise.all([
        api.GET("/bins/{bin_id}", { params }),
        api
          .GET("/bins/{bin_id}/visits", { params: { ...params, query: { days } } })
          .catch(forOthers),
      ]);
      if (mine === asked.current) {
        setBin(found.data ?? null);
        setVisits(been?.data ?? null);
        setTrouble(null);
      }
    } catch (error) {
      if (mine === asked.current) {
        setTrouble(told(error));
      }
    }
  }, [binId, days]);

  useEffect(() => {
    void reload();
    const offs = [
      live.on("hello", () => void reload()),
      live.on("levels", (event) => {
        if ("reload" in event || event.rows.some(([id]) => id === binId)) {
          void reload();
        }
      }),
      live.on("plan", ({ status }) => status === "ready" && void reload()),
      live.on("stop", () => void reload()),
    ];
    return () => {
      asked.current += 1;
      for (const off of offs) {
        off();
      }
    };
  }, [reload]);
  return { bin, visits, trouble, reload };
}

/** What a failure says to people. */
export function told(error: unknown): string {
  return error instanceof Problem ? error.message : "The server does not answer.";
}

/** A reader who may see bins need not be one who may see plans. */
function forOthers(error: unknown): null {
  if (error instanceof Problem && error.status === 403) {
    return null;
  }
  throw error;
}
