/** What the screens show, read from what is kept: nothing is shown that the disk does not have. */
import { computed, signal } from "@preact/signals";
import { type Db, type KeptRound, open, thing } from "../keep/db";
import { outbox } from "../keep/outbox";
import { keptRound } from "../keep/rounds";
import { changes } from "../rules/changes";
import { isCurrent } from "../rules/day";
import { behindS } from "../rules/late";
import { counts, laidOver, lastMark, nextOf } from "../rules/overlay";
import type { Item, Who } from "../rules/types";
import { tellOthers } from "./others";

/** null: nobody has signed in; undefined: not known yet. */
export const who = signal<Who | null | undefined>(undefined);
export const kept = signal<KeptRound | null>(null);
export const items = signal<readonly Item[]>([]);
export const deviceId = signal("");
export const breaks = signal<Readonly<Record<string, string>>>({});
/** Milliseconds: since when nothing reaches the server. */
export const awaySince = signal<number | null>(null);
/** The server asks to sign in again; what is kept stays usable. */
export const signInAgain = signal(false);
/** Said loudly: this browser keeps nothing, or a mark could not be kept. */
export const trouble = signal<string | null>(null);
export const now = signal(Date.now());

let database: Db | null = null;

/** The database. Throws before `openKept` has succeeded. */
export function db(): Db {
  if (database === null) {
    throw new Error("This browser keeps nothing for Brimful.");
  }
  return database;
}

export async function openKept(): Promise<void> {
  database = await open();
}

/** The kept round, where it is one of today. */
export const round = computed(() => {
  const found = kept.value?.round ?? null;
  return found !== null && isCurrent(found, now.value) ? found : null;
});
export const zone = computed(() => round.value?.depot?.timezone);
/** What is this crew's; another's waits for its own sign-in. */
export const mine = computed(() =>
  items.value.filter((item) => item.crew_id === who.value?.crew_id),
);
export const views = computed(() =>
  round.value === null ? [] : laidOver(round.value, mine.value, deviceId.value),
);
export const next = computed(() => nextOf(views.value));
export const last = computed(() => lastMark(views.value));
export const progress = computed(() => counts(views.value));
export const behind = computed(() => behindS(views.value, now.value));
export const waiting = computed(() => mine.value.filter((item) => item.state === "waiting"));
export const refused = computed(() => mine.value.filter((item) => item.state === "refused"));
/** What ops changed since the crew last tapped it away. */
export const news = computed(() => {
  const known = kept.value?.known ?? null;
  if (known === null || kept.value === null || !isCurrent(known, now.value)) {
    return [];
  }
  return changes(known, kept.value.round, views.value);
});

/** Read everything anew; called after each change, here or in another tab or the worker. */
export async function reload(): Promise<void> {
  const found = await thing(db(), "who");
  const [round_, items_, away, device, begun] = await Promise.all([
    found === null ? null : keptRound(db(), found.crew_id),
    outbox(db()),
    thing(db(), "away_since"),
    thing(db(), "device_id"),
    thing(db(), "breaks"),
  ]);
  who.value = found;
  kept.value = round_;
  items.value = items_;
  awaySince.value = away;
  deviceId.value = device ?? "";
  breaks.value = begun ?? {};
  now.value = Date.now();
}

/** Read anew, and let other tabs do so. */
export async function changed(): Promise<void> {
  await reload();
  tellOthers();
}
