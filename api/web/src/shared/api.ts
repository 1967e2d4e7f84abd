/** Brimful's HTTP interface, typed by its own OpenAPI document. */

import createClient, { type Middleware } from "openapi-fetch";
import type { components, paths } from "#api";

export type Schemas = components["schemas"];

/** What an answer that is not 2xx says (RFC 9457). */
export class Problem extends Error {
  readonly status: number;
  /** What is wrong where, if the request could not be used. */
  readonly errors: readonly Schemas["WrongField"][];

  constructor(status: number, body: unknown) {
    const told =
      typeof body === "object" && body !== null ? (body as Partial<Schemas["Problem"]>) : {};
    super(told.detail || told.title || `The server answered ${status}.`);
    this.name = "Problem";
    this.status = status;
    this.errors = told.errors ?? [];
  }
}

/** Turns answers that are not 2xx into a Problem, so that a call gives its data or throws. */
const refusals: Middleware = {
  async onResponse({ response }) {
    if (response.ok || response.status === 304) {
      return undefined;
    }
    throw new Problem(response.status, await response.json().catch(() => undefined));
  },
};

/** `const { data } = await api.GET("/bins/{bin_id}", { params: { path: { bin_id } } })` */
export const api = createClient<paths>({ baseUrl: "/", credentials: "same-origin" });
api.use(refusals);

/** Opens the page for signing in when an answer is 401; the phone says it in its own words instead. */
export function leaveWhenSignedOut(): void {
  api.use({
    onResponse({ response }) {
      if (response.status === 401) {
        toSignIn();
      }
    },
  });
}

let signingOut = false;

/** Does what signs out; what is refused meanwhile and until the page is left is no news. */
export async function whileSigningOut(work: () => Promise<unknown>): Promise<void> {
  signingOut = true;
  // the same page, brought back by the browser's "back"
  addEventListener("pageshow", () => (signingOut = false), { once: true });
  try {
    await work();
  } catch (failure) {
    signingOut = false;
    throw failure;
  }
}

/** Opens the page for signing in, unless somebody signs out, who goes there by himself. */
export function toSignIn(): void {
  if (!signingOut) {
    location.replace(signInAddress());
  }
}

/** Where a person signs in, and comes back to the page they were on. */
export function signInAddress(here: Location = location): string {
  return `/signin/?next=${encodeURIComponent(here.pathname + here.search + here.hash)}`;
}
