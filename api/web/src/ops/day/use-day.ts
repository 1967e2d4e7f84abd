/** A depot's day as the server knows it, read again when something of it changes. */
import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { api, Problem, type Schemas } from "../../shared/api";

export type Today = Schemas["Today"];
export type DepotDay = Schemas["DepotDay"];
export type RoundNow = Schemas["RoundNow"];
export type RoundStops = Schemas["RoundStops"];
export type StopNow = Schemas["StopNow"];
export type PlanOut = Schemas["PlanOut"];

/** Expected ends move with the clock, also while no mark comes. */
const AGAIN_MS = 30_000;

export interface Read<T> {
  readonly data: T | null;
  /** Why there is nothing newer; what was read before stays. */
  readonly problem: string | null;
  readonly reload: () => void;
}

/** What `read` gives, for a key; read again by `reload`, and every half minute where `again`. */
export function useRead<T>(
  key: string | null,
  read: (signal: AbortSignal) => Promise<T>,
  again = false,
): Read<T> {
  const [found, setFound] = useState<{ key: string; data: T } | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const reader = useRef(read);
  reader.current = read;
  const running = useRef<{ stop: AbortController; stale: boolean } | null>(null);

  const reload = useCallback(() => {
    if (key === null) {
      return;
    }
    if (running.current !== null) {
      // one at a time: what changes meanwhile is read right after
      running.current.stale = true;
      return;
    }
    const one = { stop: new AbortController(), stale: false };
    running.current = one;
    reader
      .current(one.stop.signal)
      .then((data) => {
        setFound({ key, data });
        setProblem(null);
      })
      .catch((error: unknown) => {
        if (!one.stop.signal.aborted) {
          setProblem(told(error));
        }
      })
      .finally(() => {
        if (running.current === one) {
          running.current = null;
          if (one.stale) {
            reload();
          }
        }
      });
  }, [key]);

  useEffect(() => {
    setProblem(null);
    reload();
    const timer = again ? setInterval(reload, AGAIN_MS) : undefined;
    return () => {
      clearInterval(timer);
      running.current?.stop.abort();
      running.current = null;
    };
  }, [reload, again]);

  return { data: found !== null && found.key === key ? found.data : null, problem, reload };
}

export function useDay(day: string | null): Read<Today> {
  return useRead(
    day ?? "today",
    async (signal) => {
      const query = day === null ? {} : { day };
      const { data } = await api.GET("/today", { params: { query }, signal });
      return data as Today;
    },
    true,
  );
}

export function useRound(roundId: string | null): Read<RoundStops> {
  return useRead(
    roundId,
    async (signal) => {
      const path = { round_id: roundId as string };
      const { data } = await api.GET("/rounds/{round_id}", { params: { path }, signal });
      return data as RoundStops;
    },
    true,
  );
}

/** What went wrong, for people. */
export function told(error: unknown): string {
  if (error instanceof Problem) {
    return error.errors.length > 0
      ? error.errors.map((one) => one.detail).join("; ")
      : error.message;
  }
  return "The server does not answer. Trying again by itself.";
}
