/** Who is signed in on this phone: by a code that ops hands out, once. */
import { signal } from "@preact/signals";
import { keepThing, thing } from "../keep/db";
import { codeIn } from "../rules/code";
import { newId } from "../rules/ids";
import { detail } from "../rules/verdict";
import { ask } from "../wire/ask";
import { changed, db, kept, signInAgain, who } from "./state";
import { tryNow } from "./sync";

/** What the sign-in screen says. */
export type SigningIn =
  | { readonly is: "asked" }
  | { readonly is: "trying" }
  | { readonly is: "no signal"; readonly code: string }
  | { readonly is: "refused"; readonly why: string };

export const signingIn = signal<SigningIn>({ is: "asked" });

/** At start: take a code from the address, or go on as the crew that is kept. */
export async function begin(): Promise<void> {
  if ((await thing(db(), "device_id")) === null) {
    await keepThing(db(), "device_id", newId());
  }
  const code = location.hash.startsWith("#code=") ? codeIn(location.hash) : null;
  if (code !== null) {
    // it is used up now, and belongs into no history
    history.replaceState(null, "", location.pathname);
    await useCode(code);
  } else if ((await thing(db(), "who")) === null) {
    await recognise();
  }
  await changed();
}

/** Exchange a code for a session. */
export async function useCode(code: string): Promise<void> {
  signingIn.value = { is: "trying" };
  const { verdict, body } = await ask("POST", "/session/link", { json: { code } });
  if (verdict.is === "away" || verdict.is === "later") {
    signingIn.value = { is: "no signal", code };
    return;
  }
  // a code that is used up may have been used by this phone, whose answer got lost
  if (!(verdict.is === "sent" ? await keepWho(body) : await recognise())) {
    const why = detail(body) ?? "This code does not sign a crew in. Ask operations for a new one.";
    signingIn.value = { is: "refused", why };
    return;
  }
  signingIn.value = { is: "asked" };
  await changed();
  void tryNow();
}

/** Ask the server who this is, and keep it where it is a crew. */
async function recognise(): Promise<boolean> {
  const { verdict, body } = await ask("GET", "/session");
  return verdict.is === "sent" && keepWho(body);
}

async function keepWho(body: unknown): Promise<boolean> {
  const session = body as { name?: string; role?: string; crew_id?: string | null } | null;
  if (session?.role !== "crew" || !session.crew_id) {
    return false;
  }
  await keepThing(db(), "who", { name: session.name ?? session.crew_id, crew_id: session.crew_id });
  signInAgain.value = false;
  return true;
}

/** End the session. What waits stays on the phone for the crew's next sign-in. */
export async function signOut(): Promise<boolean> {
  const { verdict } = await ask("DELETE", "/session");
  if (verdict.is === "away" || verdict.is === "later") {
    return false;
  }
  await keepThing(db(), "who", null);
  kept.value = null;
  who.value = null;
  await changed();
  return true;
}
