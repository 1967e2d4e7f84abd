/** Lists that come up to date by themselves. */
import { useEffect, useRef } from "preact/hooks";
import { type LiveEvents, live } from "../../shared/live";

/**
 * Calls `reload` after one of these events, and no more often than once in `leastMs`: the last of
 * several events is never lost. What was loaded with the page counts as the first.
 */
export function useLive(
  names: readonly (keyof LiveEvents)[],
  reload: () => void,
  leastMs: number,
): void {
  const latest = useRef(reload);
  latest.current = reload;
  const all = names.join(" ");
  useEffect(() => {
    let last = Date.now();
    let waiting: ReturnType<typeof setTimeout> | undefined;
    const now = () => {
      waiting = undefined;
      last = Date.now();
      latest.current();
    };
    const told = () => {
      waiting ??= setTimeout(now, Math.max(0, last + leastMs - Date.now()));
    };
    const off = (all.split(" ") as (keyof LiveEvents)[]).map((name) => live.on(name, told));
    return () => {
      clearTimeout(waiting);
      for (const end of off) {
        end();
      }
    };
  }, [all, leastMs]);
}
