import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { type Live, live as ours } from "./live";
import { clock } from "./words";
import "./liveState.css";

/** A moment without a word is no news: pages connect and come back within it. */
const QUIET_MS = 3_000;

/** Says whether what is shown is live, and since when it is not. */
export function LiveState({ live = ours }: { live?: Live }) {
  const state = live.state.value;
  const since = live.since.value;
  const overdue = useSignal(false);
  useEffect(() => live.start(), [live]);
  useEffect(() => {
    overdue.value = false;
    const timer = setTimeout(() => {
      overdue.value = true;
    }, QUIET_MS);
    return () => clearTimeout(timer);
  }, [state, since]);
  const waits = state === "waiting" && overdue.value;
  return (
    <output class={waits ? "live-state live-state-waiting" : "live-state"}>
      {waits
        ? `waiting for the server since ${clock(new Date(since).toISOString())}`
        : state === "live"
          ? "live"
          : "connecting"}
    </output>
  );
}
