/** How full a bin is, as the crew reads it. */
import { age, words } from "../../shared/words";
import type { StopView } from "./overlay";
import type { Level } from "./types";

/** What is said by eye: five steps that gloves can hit. */
export const BY_EYE = [
  { fill_pct: 0, word: "Empty" },
  { fill_pct: 25, word: "¼" },
  { fill_pct: 50, word: "½" },
  { fill_pct: 75, word: "¾" },
  { fill_pct: 100, word: "Full" },
] as const;

/** "84 %, 2 h ago, fresh". The age counts from when it was measured. */
export function levelWords(level: Level, now: number): string {
  const old = Math.max(0, (now - Date.parse(level.measured_at)) / 1000);
  return `${Math.round(level.fill_pct)} %, ${age(old)} ago, ${words(level.trust)}`;
}

/** "91 % expected"; null where nothing is expected. */
export function expectedWords(view: StopView): string | null {
  const { expected_fill_pct } = view.stop;
  return expected_fill_pct === null ? null : `${Math.round(expected_fill_pct)} % expected`;
}

/** A weight as typed on a phone: "3,4" tonnes are not guessed; kilograms, whole or with a comma. */
export function weightOf(typed: string): number | null | "wrong" {
  const text = typed.trim().replace(/\s/g, "").replace(",", ".");
  if (text === "") {
    return null;
  }
  const value = Number(text);
  return Number.isFinite(value) && value >= 0 && value <= 60_000 ? value : "wrong";
}
