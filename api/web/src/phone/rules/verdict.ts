/** What an answer means for what was sent, and how long to wait before the next try. */

export type Verdict =
  /** The server has it, for good. */
  | { readonly is: "sent" }
  /** The server will never take it; it says why. */
  | { readonly is: "refused"; readonly why: string }
  /** Nobody is signed in, or somebody else. */
  | { readonly is: "signed out" }
  /** This one did not go; others may. */
  | { readonly is: "later" }
  /** The server, or somebody who poses as it, cannot be used now. */
  | { readonly is: "away" };

/** Answers that are the same however often it is asked. */
const FINAL = new Set([400, 404, 405, 409, 410, 413, 415, 422]);

/**
 * Judge an answer. Only Brimful's own words count (JSON): the page of a public network's sign-in, a
 * proxy's error page or a redirect must not make the phone forget a mark.
 */
export function judge(status: number, contentType: string, body: unknown): Verdict {
  const itsOwn = /^application\/([a-z.+-]+\+)?json\b/i.test(contentType);
  if (!itsOwn) {
    return { is: "away" };
  }
  if (status >= 200 && status < 300) {
    return { is: "sent" };
  }
  if (status === 401 || status === 403) {
    return { is: "signed out" };
  }
  if (FINAL.has(status)) {
    return { is: "refused", why: detail(body) ?? `The server answered ${status}.` };
  }
  return status === 503 || status === 429 ? { is: "away" } : { is: "later" };
}

/** What a problem (RFC 9457) says, if it is one. */
export function detail(body: unknown): string | null {
  if (typeof body !== "object" || body === null) {
    return null;
  }
  const { detail: told, title } = body as { detail?: unknown; title?: unknown };
  return (
    ([told, title].find((one) => typeof one === "string" && one !== "") as string | null) ?? null
  );
}

const WAITS_S = [2, 5, 10, 20, 40, 60];

/** Milliseconds until the next try after so many that failed; spread, so that a fleet does not come at once. */
export function backOffMs(failed: number, chance: number): number {
  const seconds = WAITS_S[Math.min(failed, WAITS_S.length) - 1] ?? 1;
  return Math.round(seconds * 1000 * (0.75 + chance / 2));
}
