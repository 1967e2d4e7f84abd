/** Sending what waits, in order. Used by the page and by its worker. */
import type { Db } from "../keep/db";
import { thing } from "../keep/db";
import { outbox, settleRefused, settleSent } from "../keep/outbox";
import type { Item } from "../rules/types";
import type { Answered } from "./ask";
import { ask } from "./ask";
import { alone } from "./lock";

export type Drained =
  /** Nothing waits, so nobody was asked. */
  | "nothing"
  /** All that waits of this crew is settled. */
  | "sent"
  /** The server cannot be reached, or did not take all of it. */
  | "away"
  /** The crew has to sign in again. */
  | "signed out";

/** Send what waits of the crew that is signed in here; others' marks wait for their own sign-in. */
export function drain(db: Db, changed: () => void = () => undefined): Promise<Drained> {
  return alone("brimful-outbox", () => drainAlone(db, changed));
}

async function drainAlone(db: Db, changed: () => void): Promise<Drained> {
  const who = await thing(db, "who");
  if (who === null) {
    return "signed out";
  }
  const mine = inOrder((await outbox(db)).filter((item) => item.crew_id === who.crew_id));
  if (mine.length === 0) {
    return "nothing";
  }
  const mayGo = await isStill(who.crew_id);
  if (mayGo !== "sent") {
    return mayGo;
  }
  let all: Drained = "sent";
  const stuck = new Set<string>();
  for (const item of mine) {
    if (stuck.has(subject(item))) {
      continue;
    }
    const { verdict } = await send(db, item);
    switch (verdict.is) {
      case "sent":
        await settleSent(db, item);
        break;
      case "refused":
        await settleRefused(db, item, verdict.why);
        break;
      case "later":
        // what the server stumbles over does not hold up the others, only what comes after it there
        stuck.add(subject(item));
        all = "away";
        continue;
      default:
        return verdict.is;
    }
    changed();
  }
  return all;
}

/** Marks and levels first: they are small, and a weak signal may not last for a photo. */
export function inOrder(items: readonly Item[]): Item[] {
  const waiting = items.filter((item) => item.state === "waiting");
  return [
    ...waiting.filter((item) => item.kind !== "photo"),
    ...waiting.filter((item) => item.kind === "photo"),
  ];
}

const subject = (item: Item) =>
  item.kind === "level" ? `bin ${item.bin_id}` : `${item.kind} ${item.stop_id}`;

/** Whether the session here is that crew's: another person may have signed in in this browser. */
async function isStill(crew_id: string): Promise<Drained> {
  const { verdict, body } = await ask("GET", "/session");
  if (verdict.is !== "sent") {
    return verdict.is === "signed out" ? "signed out" : "away";
  }
  return (body as { crew_id?: unknown } | null)?.crew_id === crew_id ? "sent" : "signed out";
}

async function send(db: Db, item: Item): Promise<Answered> {
  switch (item.kind) {
    case "mark":
      return ask("PUT", `/crew/stops/${item.stop_id}`, {
        json: {
          report_id: item.id,
          outcome: item.outcome,
          skip_reason: item.skip_reason,
          note: item.note,
          weight_kg: item.weight_kg,
          photo_ids: item.photo_ids,
          device_id: item.device_id,
          follows: item.follows,
          reported_at: item.made_at,
        },
      });
    case "level":
      return ask("PUT", `/crew/levels/${item.id}`, {
        json: { bin_id: item.bin_id, fill_pct: item.fill_pct, reported_at: item.made_at },
      });
    case "photo": {
      const photo = await db.get("photos", item.id);
      if (photo === undefined) {
        const why = "This phone has lost the photo: its browser has cleared it.";
        return { verdict: { is: "refused", why }, status: 0, body: null, etag: null };
      }
      return ask("PUT", `/crew/photos/${item.id}?stop_id=${item.stop_id}`, { jpeg: photo.bytes });
    }
  }
}
