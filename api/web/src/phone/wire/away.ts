/** Since when nothing reaches the server. Kept, so that also a phone that was off knows it. */
import { type Db, keepThing, thing } from "../keep/db";
import type { Drained } from "./drain";

/** Keep it, or forget it, after an attempt of the page or of its worker. */
export async function noteAway(db: Db, result: Drained, now: number): Promise<void> {
  const since = await thing(db, "away_since");
  if (result === "away" && since === null) {
    await keepThing(db, "away_since", now);
  } else if (result === "sent" && since !== null) {
    await keepThing(db, "away_since", null);
  }
}
