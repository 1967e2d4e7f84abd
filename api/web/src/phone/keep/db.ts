/** What the phone keeps: one IndexedDB, shared by its pages and its worker. */
import { type DBSchema, type IDBPDatabase, type IDBPTransaction, openDB } from "idb";
import type { Item, Round, Who } from "../rules/types";
import type { Draft } from "./drafts";

export interface KeptRound {
  readonly crew_id: string;
  /** What is in force; null: the server said that there is none. */
  readonly round: Round | null;
  /** Why there is none, in the server's words. */
  readonly none: string | null;
  readonly etag: string | null;
  /** The round that the crew knows of: changes since then are told until they are tapped away. */
  readonly known: Round | null;
  /** Milliseconds: when it was given, with its levels, and when the server last confirmed it. */
  readonly given_at: number;
  readonly confirmed_at: number;
}

export interface Things {
  who: Who;
  device_id: string;
  /** Milliseconds: since when nothing reaches the server; missing while it does. */
  away_since: number;
  /** The plan whose map is on the phone. */
  map_for: string;
  /** When breaks were begun, by stop_id. */
  breaks: Readonly<Record<string, string>>;
}

export interface Photo {
  readonly photo_id: string;
  readonly bytes: ArrayBuffer;
}

export interface Kept extends DBSchema {
  things: { key: string; value: unknown };
  rounds: { key: string; value: KeptRound };
  outbox: { key: number; value: Item; indexes: { id: string } };
  photos: { key: string; value: Photo };
  drafts: { key: string; value: Draft };
}

export type Db = IDBPDatabase<Kept>;
type StoreName = "things" | "rounds" | "outbox" | "photos" | "drafts";

const NAME = "brimful-phone";

/** Open it. Throws where the browser refuses (a private window, a broken profile). */
export function open(name: string = NAME): Promise<Db> {
  return openDB<Kept>(name, 1, {
    upgrade(db) {
      db.createObjectStore("things");
      db.createObjectStore("rounds", { keyPath: "crew_id" });
      db.createObjectStore("outbox", { keyPath: "seq", autoIncrement: true }).createIndex(
        "id",
        "id",
        { unique: true },
      );
      db.createObjectStore("photos", { keyPath: "photo_id" });
      db.createObjectStore("drafts", { keyPath: "stop_id" });
    },
    // a newer version of the app, in another tab, must not wait for this one
    blocking(_old, _new, event) {
      (event.target as IDBDatabase).close();
    },
  });
}

/**
 * Write all of it or nothing. When it returns the disk has it, so that a dead battery a moment later
 * loses nothing. Throws what the browser says, such as QuotaExceededError.
 */
export async function write<S extends StoreName, T>(
  db: Db,
  stores: readonly S[],
  what: (tx: IDBPTransaction<Kept, S[], "readwrite">) => Promise<T>,
): Promise<T> {
  const tx = db.transaction([...stores], "readwrite", { durability: "strict" });
  const [result] = await Promise.all([what(tx), tx.done]);
  return result;
}

/** Wait until the disk has what was begun before. */
export async function written(db: Db): Promise<void> {
  await write(db, ["things", "rounds", "outbox", "photos", "drafts"], async () => undefined);
}

export async function thing<K extends keyof Things>(db: Db, key: K): Promise<Things[K] | null> {
  return ((await db.get("things", key)) as Things[K] | undefined) ?? null;
}

/** Keep one thing; null forgets it. */
export async function keepThing<K extends keyof Things>(
  db: Db,
  key: K,
  value: Things[K] | null,
): Promise<void> {
  await write(db, ["things"], async (tx) => {
    const store = tx.objectStore("things");
    await (value === null ? store.delete(key) : store.put(value, key));
  });
}
