/** The kept round of each crew that has signed in on this phone. */
import type { Round } from "../rules/types";
import { type Db, type KeptRound, write } from "./db";

export async function keptRound(db: Db, crew_id: string): Promise<KeptRound | null> {
  return (await db.get("rounds", crew_id)) ?? null;
}

export type Answer =
  | { readonly is: "round"; readonly round: Round; readonly etag: string | null }
  | { readonly is: "same" }
  | { readonly is: "none"; readonly why: string };

/**
 * Keep what the server answered. `seen` are the items that it had when it was asked: the round shows
 * them now, so they are forgotten.
 */
export async function keepAnswer(
  db: Db,
  crew_id: string,
  answer: Answer,
  seen: readonly number[],
  now: number,
): Promise<void> {
  await write(db, ["rounds", "outbox"], async (tx) => {
    const rounds = tx.objectStore("rounds");
    const before = (await rounds.get(crew_id)) ?? null;
    const next = after(before, crew_id, answer, now);
    if (next !== null) {
      await rounds.put(next);
    }
    const items = tx.objectStore("outbox");
    for (const seq of seen) {
      if ((await items.get(seq))?.state === "sent") {
        await items.delete(seq);
      }
    }
  });
}

function after(
  before: KeptRound | null,
  crew_id: string,
  answer: Answer,
  confirmed_at: number,
): KeptRound | null {
  switch (answer.is) {
    case "same":
      return before && { ...before, confirmed_at };
    case "none":
      return {
        crew_id,
        round: null,
        none: answer.why,
        etag: null,
        known: before?.known ?? null,
        given_at: confirmed_at,
        confirmed_at,
      };
    case "round": {
      const { round, etag } = answer;
      const known = before?.known ?? null;
      // a new day is not a change of the day before; the crew's own marks are no changes either
      const same = known === null || known.day !== round.day || known.plan_id === round.plan_id;
      return {
        crew_id,
        round,
        none: null,
        etag,
        known: same ? round : known,
        given_at: confirmed_at,
        confirmed_at,
      };
    }
  }
}

/** The crew has read what changed. */
export async function told(db: Db, crew_id: string): Promise<void> {
  await write(db, ["rounds"], async (tx) => {
    const rounds = tx.objectStore("rounds");
    const kept = await rounds.get(crew_id);
    if (kept !== undefined) {
      await rounds.put({ ...kept, known: kept.round });
    }
  });
}
