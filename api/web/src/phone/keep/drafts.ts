/** A mark that is being written: a phone may close the app while its camera is open. */
import type { SkipReason } from "../rules/types";
import { type Db, write } from "./db";

export const MOST_PHOTOS = 4;

export interface Draft {
  readonly stop_id: string;
  readonly skip_reason: SkipReason | null;
  readonly note: string;
  readonly weight_kg: string;
  readonly photo_ids: readonly string[];
}

export const emptyDraft = (stop_id: string): Draft => ({
  stop_id,
  skip_reason: null,
  note: "",
  weight_kg: "",
  photo_ids: [],
});

export async function draft(db: Db, stop_id: string): Promise<Draft> {
  return (await db.get("drafts", stop_id)) ?? emptyDraft(stop_id);
}

export async function keepDraft(db: Db, one: Draft): Promise<void> {
  await write(db, ["drafts"], async (tx) => {
    await tx.objectStore("drafts").put(one);
  });
}

/** Keep a photo with the draft it belongs to, both or neither. */
export async function addPhoto(
  db: Db,
  one: Draft,
  photo: { photo_id: string; bytes: ArrayBuffer },
): Promise<Draft> {
  const next = { ...one, photo_ids: [...one.photo_ids, photo.photo_id].slice(0, MOST_PHOTOS) };
  await write(db, ["drafts", "photos"], async (tx) => {
    await tx.objectStore("photos").put(photo);
    await tx.objectStore("drafts").put(next);
  });
  return next;
}

export async function dropPhoto(db: Db, one: Draft, photo_id: string): Promise<Draft> {
  const next = { ...one, photo_ids: one.photo_ids.filter((id) => id !== photo_id) };
  await write(db, ["drafts", "photos"], async (tx) => {
    await tx.objectStore("photos").delete(photo_id);
    await tx.objectStore("drafts").put(next);
  });
  return next;
}
