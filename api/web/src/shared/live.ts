/** What changes on the server, as it happens. Connects with the first one who listens. */

import { type ReadonlySignal, signal } from "@preact/signals";
import { toSignIn } from "./api";
import { EventParser, type ServerEvent } from "./eventParser";

/** [bin_id, fill_pct, trust, measured_at_s, health] */
export type LevelRow = readonly [string, number | null, string, number | null, string | null];

export interface LiveEvents {
  /** After each connect, the first too: load anew what is shown, something may have been missed. */
  hello: Record<string, never>;
  /** reload: too many for rows; read /bins.columns. */
  levels: { readonly rows: readonly LevelRow[] } | { readonly reload: true };
  plan: {
    readonly plan_id: string;
    readonly depot_id: string;
    readonly day: string;
    readonly status: string;
  };
  stop: { readonly plan_id: string; readonly round_id: string; readonly stop_id: string };
  /** For a crew: its round or a mark on it is another than before. */
  round: Record<string, never>;
  sensors: Record<string, never>;
}

export type LiveState = "live" | "waiting";
type Listener = (data: never) => void;

/** The server says something every 15 s; after this long the line is dead. */
export const SILENT_MS = 40_000;
const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 30_000;
/** A hidden page gives its connection back: a browser has six of them for all its tabs. */
export const HIDDEN_MS = 30_000;

export class Live {
  private readonly listeners = new Map<string, Set<Listener>>();
  private readonly now = signal<LiveState>("waiting");
  private readonly changedAt = signal(Date.now());
  private connection: AbortController | undefined;
  private waiting: ReturnType<typeof setTimeout> | undefined;
  private hiding: ReturnType<typeof setTimeout> | undefined;
  private failures = 0;
  private started = false;
  /** What to do when nobody is signed in any more. */
  signedOut: () => void = toSignIn;

  /** Whether events arrive at the moment. */
  get state(): ReadonlySignal<LiveState> {
    return this.now;
  }

  /** Since when, in ms since 1970. */
  get since(): ReadonlySignal<number> {
    return this.changedAt;
  }

  /** Calls `listener` with each event of a name until the returned function is called. */
  on<Name extends keyof LiveEvents>(
    name: Name,
    listener: (data: LiveEvents[Name]) => void,
  ): () => void {
    const all = this.listeners.get(name) ?? new Set();
    this.listeners.set(name, all.add(listener as Listener));
    this.start();
    if (name === "hello" && this.now.value === "live") {
      // connected before anybody asked: this one has to load, too
      queueMicrotask(() => all.has(listener as Listener) && (listener as () => void)());
    }
    return () => all.delete(listener as Listener);
  }

  /** Connects, and from now on again and again by itself. */
  start(): void {
    if (this.started) {
      return;
    }
    this.started = true;
    document.addEventListener("visibilitychange", this.seen);
    addEventListener("online", this.connectNow);
    this.connect();
  }

  stop(): void {
    this.started = false;
    document.removeEventListener("visibilitychange", this.seen);
    removeEventListener("online", this.connectNow);
    clearTimeout(this.hiding);
    this.disconnect();
  }

  private readonly seen = (): void => {
    clearTimeout(this.hiding);
    if (document.visibilityState === "hidden") {
      this.hiding = setTimeout(() => this.disconnect(), HIDDEN_MS);
    } else {
      this.connectNow();
    }
  };

  private readonly connectNow = (): void => {
    if (this.connection === undefined) {
      this.failures = 0;
      this.connect();
    }
  };

  private disconnect(): void {
    clearTimeout(this.waiting);
    this.connection?.abort();
    this.connection = undefined;
    this.become("waiting");
  }

  private become(state: LiveState): void {
    if (this.now.value !== state) {
      this.now.value = state;
      this.changedAt.value = Date.now();
    }
  }

  private connect(): void {
    clearTimeout(this.waiting);
    const connection = new AbortController();
    this.connection = connection;
    this.listen(connection)
      .catch(() => true)
      .then((again) => {
        // one that was given up, by stop or a page that is hidden, has a successor or needs none
        if (this.connection === connection) {
          this.connection = undefined;
          this.become("waiting");
          if (again) {
            this.waiting = setTimeout(() => this.connect(), this.pause());
          }
        }
      });
  }

  /** Longer after each failure, and for each page another: not all come back at once. */
  private pause(): number {
    const longest = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** this.failures);
    this.failures += 1;
    return longest * (0.5 + Math.random() / 2);
  }

  /** Reads one connection to its end; false: it is no use to try again. */
  private async listen(connection: AbortController): Promise<boolean> {
    let silence = setTimeout(() => connection.abort(), SILENT_MS);
    try {
      const response = await fetch("/events", {
        headers: { Accept: "text/event-stream" },
        credentials: "same-origin",
        cache: "no-store",
        signal: connection.signal,
      });
      if (response.status === 401) {
        this.signedOut();
      }
      if (!response.ok || response.body === null) {
        return response.status !== 401 && response.status !== 403;
      }
      const parser = new EventParser();
      const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
      for (;;) {
        const { done, value } = await reader.read();
        if (done || this.connection !== connection) {
          return true;
        }
        clearTimeout(silence);
        silence = setTimeout(() => connection.abort(), SILENT_MS);
        parser.push(value).forEach(this.tell);
      }
    } finally {
      clearTimeout(silence);
    }
  }

  private readonly tell = (event: ServerEvent): void => {
    if (event.name === "hello") {
      this.failures = 0;
      this.become("live");
    }
    for (const listener of this.listeners.get(event.name) ?? []) {
      try {
        listener(event.data as never);
      } catch (error) {
        // one page's fault must not cost the others their events
        console.error(error);
      }
    }
  };
}

export const live = new Live();
