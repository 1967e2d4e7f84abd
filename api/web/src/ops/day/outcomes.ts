/** What crews marked since the map's stops were read: only the round that changed is read again. */
import { useEffect, useState } from "preact/hooks";
import { api } from "../../shared/api";
import { live } from "../../shared/live";

const GATHER_MS = 500;
type Outcomes = ReadonlyMap<string, string | null>;

export function useOutcomes(planId: string | null, readAll: () => void): Outcomes {
  const [outcomes, setOutcomes] = useState<Outcomes>(new Map());
  useEffect(() => {
    setOutcomes(new Map());
    const waiting = new Set<string>();
    let timer: ReturnType<typeof setTimeout> | undefined;
    let first = true;
    const readWaiting = async () => {
      timer = undefined;
      const rounds = [...waiting];
      waiting.clear();
      const found = await Promise.all(rounds.map(marksOf));
      setOutcomes((before) => new Map([...before, ...found.flat()]));
    };
    const ends = [
      live.on("stop", (event) => {
        if (event.plan_id === planId) {
          waiting.add(event.round_id);
          timer ??= setTimeout(readWaiting, GATHER_MS);
        }
      }),
      live.on("hello", () => {
        // the first one comes with what has just been read
        if (!first) {
          readAll();
        }
        first = false;
      }),
    ];
    return () => {
      clearTimeout(timer);
      for (const end of ends) {
        end();
      }
    };
  }, [planId, readAll]);
  return outcomes;
}

async function marksOf(roundId: string): Promise<[string, string | null][]> {
  try {
    const path = { round_id: roundId };
    const { data } = await api.GET("/rounds/{round_id}", { params: { path } });
    return (data?.stops ?? []).map((stop) => [stop.stop_id, stop.outcome]);
  } catch {
    // the next hello reads all of it
    return [];
  }
}
