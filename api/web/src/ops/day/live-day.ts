/** Reads again when the server says that something of a day changed: at once, then not too often. */
import { useEffect, useRef } from "preact/hooks";
import { type LiveEvents, live } from "../../shared/live";

/** A busy city marks a stop every second: what comes within this time is read once. */
const GATHER_MS = 700;

type Concerns = (event: LiveEvents["plan"] | LiveEvents["stop"]) => boolean;
const anything: Concerns = () => true;

export function useLive(reload: () => void, concerns: Concerns = anything): void {
  const now = useRef({ reload, concerns });
  now.current = { reload, concerns };
  useEffect(() => {
    let waiting: ReturnType<typeof setTimeout> | undefined;
    let readAt = 0;
    const soon = () => {
      if (waiting !== undefined) {
        return;
      }
      const wait = Math.max(0, readAt + GATHER_MS - Date.now());
      waiting = setTimeout(() => {
        waiting = undefined;
        readAt = Date.now();
        now.current.reload();
      }, wait);
    };
    const heard = (event: LiveEvents["plan"] | LiveEvents["stop"]) => {
      if (now.current.concerns(event)) {
        soon();
      }
    };
    const ends = [live.on("hello", soon), live.on("plan", heard), live.on("stop", heard)];
    return () => {
      clearTimeout(waiting);
      for (const end of ends) {
        end();
      }
    };
  }, []);
}
