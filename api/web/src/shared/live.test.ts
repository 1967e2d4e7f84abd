import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { EventParser } from "./eventParser";
import { HIDDEN_MS, Live, SILENT_MS } from "./live";

/** A server whose answers the test gives, one for each connection. */
class Server {
  readonly asked: AbortSignal[] = [];
  status = 200;
  away = false;
  private sends: ReadableStreamDefaultController<Uint8Array> | undefined;

  fetch = (_address: string, init: RequestInit): Promise<Response> => {
    const signal = init.signal as AbortSignal;
    this.asked.push(signal);
    if (this.away) {
      return Promise.reject(new TypeError("no network"));
    }
    const body = new ReadableStream<Uint8Array>({
      start: (sends) => {
        this.sends = sends;
        signal.addEventListener("abort", () => sends.error(signal.reason));
      },
    });
    return Promise.resolve(new Response(body, { status: this.status }));
  };

  async send(text: string): Promise<void> {
    this.sends?.enqueue(new TextEncoder().encode(text));
    await vi.advanceTimersByTimeAsync(1);
  }

  async end(): Promise<void> {
    this.sends?.close();
    await vi.advanceTimersByTimeAsync(1);
  }
}

const HELLO = "event: hello\ndata: {}\nretry: 3000\n\n";
let server: Server;
let live: Live;
let page: EventTarget & { visibilityState: string };

beforeEach(() => {
  vi.useFakeTimers();
  vi.spyOn(Math, "random").mockReturnValue(1);
  server = new Server();
  page = Object.assign(new EventTarget(), { visibilityState: "visible" });
  const self = new EventTarget();
  vi.stubGlobal("fetch", server.fetch);
  vi.stubGlobal("document", page);
  vi.stubGlobal("addEventListener", self.addEventListener.bind(self));
  vi.stubGlobal("removeEventListener", self.removeEventListener.bind(self));
  vi.stubGlobal("dispatchEvent", self.dispatchEvent.bind(self));
  live = new Live();
  live.signedOut = vi.fn();
});

afterEach(() => {
  live.stop();
  vi.useRealTimers();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

test("tells each event to those who listen for it until they leave", async () => {
  const levels = vi.fn();
  const sensors = vi.fn();
  const off = live.on("levels", levels);
  live.on("sensors", sensors);
  expect(live.state.value).toBe("waiting");
  await server.send(HELLO);
  expect(live.state.value).toBe("live");
  await server.send('event: levels\ndata: {"rows":[["b",5,"fresh",1,null]]}\n\n');
  expect(levels).toHaveBeenCalledWith({ rows: [["b", 5, "fresh", 1, null]] });
  off();
  await server.send('event: levels\ndata: {"reload":true}\n\nevent: sensors\ndata: {}\n\n');
  expect(levels).toHaveBeenCalledTimes(1);
  expect(sensors).toHaveBeenCalledWith({});
  expect(server.asked).toHaveLength(1);
});

test("greets who comes when it is connected already, and again after each connect", async () => {
  live.start();
  await server.send(HELLO);
  const hello = vi.fn();
  live.on("hello", hello);
  await vi.advanceTimersByTimeAsync(0);
  expect(hello).toHaveBeenCalledTimes(1);
  await server.end();
  await vi.advanceTimersByTimeAsync(1_000);
  await server.send(HELLO);
  expect(hello).toHaveBeenCalledTimes(2);
});

test("comes back with longer and longer pauses, and at once when the network does", async () => {
  server.away = true;
  live.start();
  await vi.advanceTimersByTimeAsync(0);
  const asked = () => server.asked.length;
  expect(asked()).toBe(1);
  for (const [pause, times] of [
    [1_000, 2],
    [2_000, 3],
    [4_000, 4],
    [8_000, 5],
    [16_000, 6],
    [30_000, 7],
    [30_000, 8],
  ] as const) {
    await vi.advanceTimersByTimeAsync(pause - 50);
    expect(asked()).toBe(times - 1);
    await vi.advanceTimersByTimeAsync(51);
    expect(asked()).toBe(times);
  }
  server.away = false;
  dispatchEvent(new Event("online"));
  expect(asked()).toBe(9);
  await server.send(HELLO);
  expect(live.state.value).toBe("live");
});

test("leads to signing in when the session has ended, and does not ask again", async () => {
  server.status = 401;
  live.start();
  await vi.advanceTimersByTimeAsync(600_000);
  expect(live.signedOut).toHaveBeenCalledTimes(1);
  expect(server.asked).toHaveLength(1);
  expect(live.state.value).toBe("waiting");
});

test("keeps trying while the server is ill", async () => {
  server.status = 503;
  live.start();
  await vi.advanceTimersByTimeAsync(10_000);
  expect(server.asked.length).toBeGreaterThan(2);
});

test("gives up a line that says nothing, and comments keep it", async () => {
  live.start();
  await server.send(HELLO);
  for (let n = 0; n < 4; n++) {
    await vi.advanceTimersByTimeAsync(SILENT_MS - 1_000);
    await server.send(": ping\n\n");
  }
  expect(live.state.value).toBe("live");
  const since = Date.now();
  await vi.advanceTimersByTimeAsync(SILENT_MS + 10);
  expect(live.state.value).toBe("waiting");
  expect(live.since.value).toBeGreaterThan(since);
  await vi.advanceTimersByTimeAsync(2_000);
  expect(server.asked).toHaveLength(2);
});

test("a page that is hidden for long gives its connection back and is live when seen", async () => {
  live.start();
  await server.send(HELLO);
  page.visibilityState = "hidden";
  page.dispatchEvent(new Event("visibilitychange"));
  await vi.advanceTimersByTimeAsync(HIDDEN_MS - 10);
  expect(live.state.value).toBe("live");
  await vi.advanceTimersByTimeAsync(HIDDEN_MS);
  expect(server.asked[0]?.aborted).toBe(true);
  expect(server.asked).toHaveLength(1);
  page.visibilityState = "visible";
  page.dispatchEvent(new Event("visibilitychange"));
  await server.send(HELLO);
  expect(server.asked).toHaveLength(2);
  expect(live.state.value).toBe("live");
});

test("one listener's fault costs nobody else the event", async () => {
  vi.spyOn(console, "error").mockImplementation(() => undefined);
  const second = vi.fn();
  live.on("sensors", () => {
    throw new Error("a fault");
  });
  live.on("sensors", second);
  await server.send(`${HELLO}event: sensors\ndata: {}\n\n`);
  expect(second).toHaveBeenCalled();
});

test("events are whole in whatever pieces they arrive", () => {
  const text = ': ping\n\nevent: a\ndata: {"x":\ndata: 1}\n\ndata: 2\r\n\r\nevent: b\n\n';
  for (const size of [1, 2, 3, 7, text.length]) {
    const parser = new EventParser();
    const found = [];
    for (let at = 0; at < text.length; at += size) {
      found.push(...parser.push(text.slice(at, at + size)));
    }
    expect(found).toEqual([
      { name: "a", data: { x: 1 } },
      { name: "message", data: 2 },
    ]);
  }
});
