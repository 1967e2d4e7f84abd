/** What the crew does. Each is on the disk before the screen shows it. */
import { keepThing, thing } from "../keep/db";
import { addLevel, addMark, putAway } from "../keep/outbox";
import { told } from "../keep/rounds";
import { nameOf } from "../rules/changes";
import { momentAfter, newId } from "../rules/ids";
import type { StopView } from "../rules/overlay";
import { type Item, type Outcome, type SkipReason, visitOf } from "../rules/types";
import { makeRoom } from "./room";
import { changed, db, deviceId, trouble, who } from "./state";
import { sendInBackground, sync } from "./sync";

export interface Said {
  readonly outcome: Outcome;
  readonly skip_reason?: SkipReason | null;
  readonly note?: string | null;
  readonly weight_kg?: number | null;
  readonly photo_ids?: readonly string[];
}

/** Mark a stop. False: it could not be kept, and the screen says so. */
export function mark(view: StopView, said: Said): Promise<boolean> {
  const { stop } = view;
  return kept(async (crew_id) => {
    await addMark(db(), {
      kind: "mark",
      id: newId(),
      crew_id,
      made_at: momentAfter(Date.now(), view.reported_at),
      place: nameOf(stop),
      stop_id: stop.stop_id,
      visit: visitOf(stop),
      outcome: said.outcome,
      skip_reason: said.skip_reason ?? null,
      note: said.note?.trim() || null,
      weight_kg: said.weight_kg ?? null,
      photo_ids: said.photo_ids ?? [],
      device_id: deviceId.peek(),
      follows: view.report_id,
    });
  });
}

/** Take back what was said of a stop. */
export function undo(view: StopView): Promise<boolean> {
  return mark(view, { outcome: "open" });
}

/** Say how full a bin looks. */
export function reportLevel(view: StopView, fill_pct: number): Promise<boolean> {
  const { bin_id } = view.stop;
  return kept(async (crew_id) => {
    if (bin_id !== null) {
      const made_at = new Date().toISOString();
      const place = nameOf(view.stop);
      await addLevel(db(), {
        kind: "level",
        id: newId(),
        crew_id,
        made_at,
        place,
        bin_id,
        fill_pct,
      });
    }
  });
}

/** A break begins; what is sent is its end, which says when it began. */
export async function beginBreak(stop_id: string, at: string | null): Promise<boolean> {
  return kept(async () => {
    const { [stop_id]: _, ...others } = (await thing(db(), "breaks")) ?? {};
    await keepThing(db(), "breaks", at === null ? others : { ...others, [stop_id]: at });
  });
}

export async function readNews(): Promise<void> {
  const crew = who.peek();
  if (crew) {
    await told(db(), crew.crew_id);
    await changed();
  }
}

export async function readRefusal(item: Item): Promise<void> {
  await putAway(db(), item);
  await changed();
}

/** Write, with room made once where the disk is full; then send. */
async function kept(write: (crew_id: string) => Promise<void>): Promise<boolean> {
  const crew = who.peek();
  if (!crew) {
    return false;
  }
  try {
    await write(crew.crew_id).catch(async (error) => {
      await makeRoom(error);
      await write(crew.crew_id);
    });
  } catch (error) {
    const why = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    trouble.value = `NOT saved. This phone could not keep what you just said (${why}). Free some memory, or write it down and tell operations.`;
    return false;
  }
  trouble.value = null;
  await changed();
  void sync(true);
  void sendInBackground();
  return true;
}
