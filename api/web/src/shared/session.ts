/** Who is signed in here. */

import { signal } from "@preact/signals";
import { api, Problem, type Schemas, whileSigningOut } from "./api";

export type Session = Schemas["SessionOut"];
export type Role = Session["role"];

/** Who is signed in; null: nobody, or it is not known yet. */
export const session = signal<Session | null>(null);

/** Asks the server who is signed in; null: nobody. Throws where it does not answer. */
export async function loadSession(): Promise<Session | null> {
  try {
    const { data } = await api.GET("/session");
    session.value = data ?? null;
  } catch (error) {
    if (!(error instanceof Problem && error.status === 401)) {
      throw error;
    }
    session.value = null;
  }
  return session.value;
}

/** Ends the session and opens the page for signing in. */
export async function signOut(): Promise<void> {
  await whileSigningOut(async () => {
    try {
      await api.DELETE("/session");
    } catch (error) {
      // 401: it has ended already
      if (!(error instanceof Problem && error.status === 401)) {
        throw error;
      }
    }
  });
  session.value = null;
  location.assign("/signin/");
}
