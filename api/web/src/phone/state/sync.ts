/** When to send and when to ask: at each mark, when the signal comes back, and now and then. */
import { effect } from "@preact/signals";
import { live } from "../../shared/live";
import { backOffMs } from "../rules/verdict";
import { noteAway } from "../wire/away";
import { type Drained, drain } from "../wire/drain";
import { fetchRound } from "../wire/fetchround";
import { fetchMapAhead } from "./ahead";
import { lookForFresh } from "./app";
import { changed, db, reload, signInAgain, waiting, who } from "./state";

const ASK_EVERY_MS = 30_000;
/** Marks come one after the other; the round, which shows them, is asked for once for some. */
const ASK_AT_MOST_EVERY_MS = 5_000;

let running: Promise<void> | null = null;
let again = false;
let failed = 0;
let askedAt = Number.NEGATIVE_INFINITY;
let wanted = false;
let timer: ReturnType<typeof setTimeout> | undefined;

/** Send what waits; `ask` wants the round, too. Calls while it runs make it go round once more. */
export function sync(ask: boolean): Promise<void> {
  wanted ||= ask;
  if (running !== null) {
    again = true;
    return running;
  }
  running = rounds().finally(() => {
    running = null;
  });
  return running;
}

async function rounds(): Promise<void> {
  clearTimeout(timer);
  let result: Drained;
  do {
    again = false;
    result = await once();
  } while (again && isWell(result));
  failed = isWell(result) ? 0 : failed + 1;
  timer = setTimeout(() => sync(true), pause(result));
}

const isWell = (result: Drained) => result === "sent" || result === "nothing";

function pause(result: Drained): number {
  if (isWell(result)) {
    return wanted && document.visibilityState === "visible" ? ASK_AT_MOST_EVERY_MS : ASK_EVERY_MS;
  }
  return backOffMs(failed, Math.random());
}

async function once(): Promise<Drained> {
  const crew = who.peek();
  if (!crew) {
    return "signed out";
  }
  let result = await drain(db(), () => void changed());
  const mayAsk = wanted && performance.now() - askedAt >= ASK_AT_MOST_EVERY_MS;
  if (mayAsk && result !== "signed out" && document.visibilityState === "visible") {
    askedAt = performance.now();
    wanted = false;
    const asked = await fetchRound(db(), crew.crew_id, Date.now);
    result = result === "away" ? "away" : asked;
  }
  await note(result);
  if (mayAsk && result === "sent") {
    // without the streets everything works; the next round that comes tries again
    void fetchMapAhead().catch(() => undefined);
  }
  return result;
}

/** Show what came of it. */
async function note(result: Drained): Promise<void> {
  if (result === "nothing") {
    return;
  }
  signInAgain.value = result === "signed out";
  await noteAway(db(), result, Date.now());
  await changed();
}

/** Something says that the server may be reached again: try now, however often it failed. */
export function tryNow(): Promise<void> {
  failed = 0;
  askedAt = Number.NEGATIVE_INFINITY;
  return sync(true);
}

/** Let the browser send when the signal is back, also while the app is closed, where it can. */
export async function sendInBackground(): Promise<void> {
  const registration = (await navigator.serviceWorker?.getRegistration("/phone/")) as
    | (ServiceWorkerRegistration & { sync?: { register(tag: string): Promise<void> } })
    | undefined;
  await registration?.sync?.register("outbox").catch(() => undefined);
}

/** The server says what happens to the round; each time that it is reached anew something may have. */
function listen(): void {
  live.signedOut = () => void sync(true);
  live.on("hello", () => {
    void tryNow();
    // a server that was brought up to date has been away
    void lookForFresh();
  });
  live.on("round", () => void sync(true));
}

export function watchSignal(): void {
  let heard = false;
  effect(() => {
    if (who.value && !heard) {
      heard = true;
      listen();
    }
  });
  addEventListener("online", () => void tryNow());
  addEventListener("pageshow", () => void tryNow());
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") {
      void reload().then(tryNow);
    } else if (waiting.peek().length > 0) {
      void sendInBackground();
    }
  });
}
