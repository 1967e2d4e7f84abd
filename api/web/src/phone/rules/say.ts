/** Words for stops and marks. */
import { clock, words } from "../../shared/words";
import type { StopView } from "./overlay";
import type { Item, SkipReason, StopKind } from "./types";

export const REASONS: readonly { readonly reason: SkipReason; readonly word: string }[] = [
  { reason: "blocked", word: "Blocked" },
  { reason: "not_out", word: "Not put out" },
  { reason: "contaminated", word: "Contaminated" },
  { reason: "damaged", word: "Damaged" },
  { reason: "unsafe", word: "Unsafe" },
  { reason: "locked", word: "Locked" },
  { reason: "not_found", word: "Not found" },
  { reason: "other", word: "Other" },
];

const DONE: Record<StopKind, string> = {
  bin: "Emptied",
  disposal: "Unloaded",
  break: "Break over",
};
const NOT_DONE: Record<StopKind, string> = {
  bin: "Not emptied",
  disposal: "Not unloaded",
  break: "No break",
};

export const doneWord = (view: StopView) => DONE[view.stop.kind];
export const notDoneWord = (view: StopView) => NOT_DONE[view.stop.kind];

export function reasonWord(reason: SkipReason | null): string {
  return REASONS.find((one) => one.reason === reason)?.word ?? "";
}

/** "Emptied 10:42", "Not emptied: blocked, 10:42", with "waits" while it is unsent. */
export function stateWords(view: StopView, zone: string | undefined): string | null {
  if (view.outcome === null) {
    return null;
  }
  const what =
    view.outcome === "done"
      ? doneWord(view)
      : `${notDoneWord(view)}: ${reasonWord(view.skip_reason).toLowerCase()}`;
  const at = view.reported_at === null ? "" : ` ${clock(view.reported_at, zone)}`;
  return `${what}${at}`;
}

/** What an item of the outbox says. */
export function itemWords(item: Item): string {
  switch (item.kind) {
    case "photo":
      return "Photo";
    case "level":
      return `Level by eye: ${item.fill_pct} %`;
    case "mark":
      return item.outcome === "skipped"
        ? `Skipped: ${words(item.skip_reason ?? "other")}`
        : item.outcome === "done"
          ? "Done"
          : "Taken back";
  }
}

/** The quiet line on top: "All sent", "3 waiting, no signal since 10:42". */
export function statusWords(
  waiting: number,
  awaySince: number | null,
  signInAgain: boolean,
  zone?: string,
): string {
  const what = waiting === 0 ? "All sent" : `${waiting} waiting`;
  if (signInAgain) {
    return `${what}, sign in again`;
  }
  if (awaySince === null) {
    return waiting === 0 ? what : `${what}, sending`;
  }
  return `${what}, no signal since ${clock(new Date(awaySince).toISOString(), zone)}`;
}
