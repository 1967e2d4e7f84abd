/** Asking for the crew's round. */
import type { Db } from "../keep/db";
import { outbox } from "../keep/outbox";
import { keepAnswer, keptRound } from "../keep/rounds";
import { dayToAsk } from "../rules/day";
import { laidOver } from "../rules/overlay";
import type { Round } from "../rules/types";
import { detail } from "../rules/verdict";
import { ask } from "./ask";
import type { Drained } from "./drain";

const LEVELS_LAST_MS = 10 * 60_000;

/** Fetch and keep it. "sent" means that the server has answered. */
export async function fetchRound(db: Db, crew_id: string, now: () => number): Promise<Drained> {
  const kept = await keptRound(db, crew_id);
  const items = await outbox(db);
  const seen = items.filter((item) => item.state === "sent").map((item) => item.seq);
  const round = kept?.round ?? null;
  const open = round === null ? [] : laidOver(round, items, "").filter((view) => !view.outcome);
  const day = dayToAsk(round, open.length, now());
  // levels are not in the tag: with it the answer may be "the same" though bins have filled
  const isLevelSent = items.some((item) => item.kind === "level" && item.state === "sent");
  const isFresh = kept !== null && now() - kept.given_at < LEVELS_LAST_MS && !isLevelSent;
  const { status, verdict, body, etag } = await ask(
    "GET",
    day === null ? "/crew/round" : `/crew/round?day=${day}`,
    isFresh && kept.etag ? { headers: { "If-None-Match": kept.etag } } : {},
  );
  if (status === 304) {
    await keepAnswer(db, crew_id, { is: "same" }, seen, now());
    return "sent";
  }
  if (status === 404 && verdict.is === "refused") {
    const why = detail(body) ?? "There is no round today.";
    await keepAnswer(db, crew_id, { is: "none", why }, seen, now());
    return "sent";
  }
  if (verdict.is !== "sent") {
    return verdict.is === "signed out" ? "signed out" : "away";
  }
  if (!isRound(body, crew_id)) {
    return "signed out";
  }
  await keepAnswer(db, crew_id, { is: "round", round: body, etag }, seen, now());
  return "sent";
}

/** Another crew's round must never be kept as ours: somebody else has signed in meanwhile. */
function isRound(body: unknown, crew_id: string): body is Round {
  const round = body as Partial<Round> | null;
  return Array.isArray(round?.stops) && round.crew_id === crew_id;
}
