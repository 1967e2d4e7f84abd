/** What the crew has said and the server has not settled. Nothing leaves it before that. */
import type { Item, LevelItem, MarkItem, PhotoItem } from "../rules/types";
import { type Db, write } from "./db";

type New<T> = Omit<T, "seq" | "state">;

/** Everything, in the order in which it was made. */
export function outbox(db: Db): Promise<Item[]> {
  return db.getAll("outbox");
}

/** Keep a mark with its photos, and put its draft away: all of it or nothing. */
export async function addMark(db: Db, mark: New<MarkItem>): Promise<void> {
  await write(db, ["outbox", "drafts"], async (tx) => {
    const items = tx.objectStore("outbox");
    await items.add(waiting(mark));
    // only photos of the draft are new; those of a mark before are on their way, or there
    const draft = await tx.objectStore("drafts").get(mark.stop_id);
    for (const id of draft?.photo_ids ?? []) {
      if (mark.photo_ids.includes(id)) {
        const { crew_id, made_at, place, stop_id } = mark;
        const photo: New<PhotoItem> = { kind: "photo", id, crew_id, made_at, place, stop_id };
        await items.add(waiting(photo));
      }
    }
    await tx.objectStore("drafts").delete(mark.stop_id);
  });
}

export async function addLevel(db: Db, level: New<LevelItem>): Promise<void> {
  await write(db, ["outbox"], async (tx) => {
    await tx.objectStore("outbox").add(waiting(level));
  });
}

// the database gives seq
const waiting = <T extends Item>(item: New<T>): Item =>
  ({ ...item, state: "waiting" }) as unknown as Item;

/**
 * The server has it. A photo is forgotten; a mark or level stays, shown as sent, until a round that
 * was asked for later has come: an older round under way must not unmark the stop.
 */
export async function settleSent(db: Db, item: Item): Promise<void> {
  await write(db, ["outbox", "photos"], async (tx) => {
    const items = tx.objectStore("outbox");
    if (item.kind === "photo") {
      await items.delete(item.seq);
      await tx.objectStore("photos").delete(item.id);
    } else if ((await items.get(item.seq)) !== undefined) {
      await items.put({ ...item, state: "sent" });
    }
  });
}

/** The server will not take it: it stays, with the server's words, until the crew puts it away. */
export async function settleRefused(db: Db, item: Item, refusal: string): Promise<void> {
  await write(db, ["outbox"], async (tx) => {
    const items = tx.objectStore("outbox");
    if ((await items.get(item.seq)) !== undefined) {
      await items.put({ ...item, state: "refused", refusal });
    }
  });
}

/** The crew has read a refusal. */
export async function putAway(db: Db, item: Item): Promise<void> {
  await write(db, ["outbox", "photos"], async (tx) => {
    const items = tx.objectStore("outbox");
    const now = await items.get(item.seq);
    if (now?.state === "refused") {
      await items.delete(item.seq);
      await tx.objectStore("photos").delete(item.id);
    }
  });
}
