/** One request to Brimful, with an end to its patience, and its answer judged. */
import { judge, type Verdict } from "../rules/verdict";

export interface Answered {
  readonly verdict: Verdict;
  readonly status: number;
  readonly body: unknown;
  readonly etag: string | null;
}

const AWAY: Answered = { verdict: { is: "away" }, status: 0, body: null, etag: null };
const PATIENCE_MS = 20_000;
const PATIENCE_WITH_PHOTO_MS = 120_000;

/** Ask; no signal, no patience left and answers that are not Brimful's are all "away". */
export async function ask(
  method: "GET" | "PUT" | "POST" | "DELETE",
  path: string,
  sent: {
    readonly json?: unknown;
    readonly jpeg?: ArrayBuffer;
    readonly headers?: Readonly<Record<string, string>>;
  } = {},
): Promise<Answered> {
  const headers: Record<string, string> = { Accept: "application/json", ...sent.headers };
  let body: BodyInit | null = null;
  if (sent.jpeg !== undefined) {
    headers["Content-Type"] = "image/jpeg";
    body = sent.jpeg;
  } else if (sent.json !== undefined) {
    headers["Content-Type"] = "application/json";
    body = JSON.stringify(sent.json);
  }
  try {
    const response = await fetch(path, {
      method,
      headers,
      body,
      cache: "no-store",
      credentials: "same-origin",
      // a public network's sign-in page is not an answer
      redirect: "error",
      signal: AbortSignal.timeout(body === sent.jpeg ? PATIENCE_WITH_PHOTO_MS : PATIENCE_MS),
    });
    return await read(response);
  } catch {
    return AWAY;
  }
}

async function read(response: Response): Promise<Answered> {
  const etag = response.headers.get("ETag");
  if (response.status === 304 || response.status === 204) {
    return { verdict: { is: "sent" }, status: response.status, body: null, etag };
  }
  const type = response.headers.get("Content-Type") ?? "";
  const text = await response.text();
  let body: unknown = null;
  try {
    body = JSON.parse(text);
  } catch {
    return AWAY;
  }
  return { verdict: judge(response.status, type, body), status: response.status, body, etag };
}
