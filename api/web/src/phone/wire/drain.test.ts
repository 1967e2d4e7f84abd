import "fake-indexeddb/auto";
import { IDBFactory } from "fake-indexeddb";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type Db, keepThing, open } from "../keep/db";
import { addPhoto, emptyDraft } from "../keep/drafts";
import { addLevel, addMark, outbox } from "../keep/outbox";
import { keptRound } from "../keep/rounds";
import { level, mark, round, stop, time } from "../rules/make";
import type { LevelItem, MarkItem } from "../rules/types";
import { drain } from "./drain";
import { fetchRound } from "./fetchround";

type Reply = { status: number; body?: unknown; type?: string; etag?: string } | "no signal";

let db: Db;
let asked: { method: string; path: string; body: unknown; headers: Headers }[];
let reply: (method: string, path: string) => Reply;

const SESSION: Reply = { status: 200, body: { name: "Crew 1", role: "crew", crew_id: "crew-1" } };
const usual = (_method: string, path: string): Reply =>
  path === "/session" ? SESSION : { status: 200, body: {} };

beforeEach(async () => {
  vi.stubGlobal("indexedDB", new IDBFactory());
  db = await open();
  await keepThing(db, "who", { name: "Crew 1", crew_id: "crew-1" });
  asked = [];
  reply = usual;
  vi.stubGlobal("fetch", async (path: string, init: RequestInit) => {
    const method = init.method ?? "GET";
    const told = reply(method, path);
    const body = typeof init.body === "string" ? JSON.parse(init.body) : init.body;
    asked.push({ method, path, body, headers: new Headers(init.headers) });
    if (told === "no signal") {
      throw new TypeError("Failed to fetch");
    }
    const { status, etag } = told;
    const type = told.type ?? (status < 300 ? "application/json" : "application/problem+json");
    const empty = status === 304;
    return new Response(empty ? null : JSON.stringify(told.body ?? {}), {
      status,
      headers: { "Content-Type": type, ...(etag ? { ETag: etag } : {}) },
    });
  });
});

afterEach(() => {
  vi.unstubAllGlobals();
});

async function says(...items: (MarkItem | LevelItem)[]) {
  for (const { seq: _, state: __, ...item } of items) {
    await (item.kind === "mark" ? addMark(db, item) : addLevel(db, item));
  }
}
const states = async () => (await outbox(db)).map((item) => `${item.id} ${item.state}`);
const puts = () => asked.filter((one) => one.method === "PUT").map((one) => one.path);

describe("sending what waits", () => {
  it("asks for nothing while nothing waits", async () => {
    expect(await drain(db)).toBe("nothing");
    expect(asked).toEqual([]);
  });
  it("sends marks and levels in order, and photos after them", async () => {
    const bytes = new Uint8Array([255, 216]).buffer;
    await addPhoto(db, emptyDraft("stop-1"), { photo_id: "p1", bytes });
    await says(mark(1, { photo_ids: ["p1"], follows: "before", note: "van" }), mark(2), level(3));
    expect(await drain(db)).toBe("sent");
    expect(puts()).toEqual([
      "/crew/stops/stop-1",
      "/crew/stops/stop-2",
      "/crew/levels/mark-3",
      "/crew/photos/p1?stop_id=stop-1",
    ]);
    expect(asked[1]?.body).toEqual({
      report_id: "mark-1",
      outcome: "done",
      skip_reason: null,
      note: "van",
      weight_kg: null,
      photo_ids: ["p1"],
      device_id: "device",
      follows: "before",
      reported_at: "2026-03-02T07:30:00Z",
    });
    expect(asked[4]?.headers.get("Content-Type")).toBe("image/jpeg");
    expect(await states()).toEqual(["mark-1 sent", "mark-2 sent", "mark-3 sent"]);
  });
  it("keeps the same id when the answer was not heard", async () => {
    await says(mark(1));
    reply = (method, path) => (method === "PUT" ? "no signal" : usual(method, path));
    expect(await drain(db)).toBe("away");
    expect(await states()).toEqual(["mark-1 waiting"]);
    reply = usual;
    expect(await drain(db)).toBe("sent");
    const ids = asked.filter((one) => one.method === "PUT").map((one) => one.body);
    expect(ids).toHaveLength(2);
    expect(ids[0]).toEqual(ids[1]);
  });
  it("sends nothing twice when two ask for it at once", async () => {
    await says(mark(1), mark(2));
    await Promise.all([drain(db), drain(db), drain(db)]);
    expect(puts()).toEqual(["/crew/stops/stop-1", "/crew/stops/stop-2"]);
  });
  it("keeps a refusal in words and goes on", async () => {
    await says(mark(1), mark(2));
    reply = (method, path) =>
      path.endsWith("stop-1")
        ? { status: 404, body: { detail: "no stop on your rounds" } }
        : usual(method, path);
    expect(await drain(db)).toBe("sent");
    expect(await states()).toEqual(["mark-1 refused", "mark-2 sent"]);
  });
  it("does not take a public network's page for an answer", async () => {
    await says(mark(1));
    reply = (method, path) =>
      method === "PUT" ? { status: 200, type: "text/html", body: "<html>" } : usual(method, path);
    expect(await drain(db)).toBe("away");
    expect(await states()).toEqual(["mark-1 waiting"]);
  });
  it("goes past a mark the server stumbles over, but not past it on the same stop", async () => {
    await says(mark(1), mark(1, { id: "undo", outcome: "open" }), mark(2));
    reply = (method, path) => (path.endsWith("stop-1") ? { status: 500 } : usual(method, path));
    expect(await drain(db)).toBe("away");
    expect(puts()).toEqual(["/crew/stops/stop-1", "/crew/stops/stop-2"]);
    expect(await states()).toEqual(["mark-1 waiting", "undo waiting", "mark-2 sent"]);
  });
  it("keeps everything while nobody is signed in", async () => {
    await says(mark(1));
    reply = () => ({ status: 401 });
    expect(await drain(db)).toBe("signed out");
    expect(puts()).toEqual([]);
    expect(await states()).toEqual(["mark-1 waiting"]);
  });
  it("never sends one crew's marks as another's", async () => {
    await says(mark(1), mark(2, { crew_id: "crew-2" }));
    reply = (_method, path) =>
      path === "/session"
        ? { status: 200, body: { role: "crew", crew_id: "crew-2" } }
        : { status: 200 };
    expect(await drain(db)).toBe("signed out");
    expect(puts()).toEqual([]);
    await keepThing(db, "who", { name: "Crew 2", crew_id: "crew-2" });
    expect(await drain(db)).toBe("sent");
    expect(puts()).toEqual(["/crew/stops/stop-2"]);
    expect(await states()).toEqual(["mark-1 waiting", "mark-2 sent"]);
  });
  it("says that a photo is lost instead of waiting for it", async () => {
    await addPhoto(db, emptyDraft("stop-1"), { photo_id: "p1", bytes: new ArrayBuffer(1) });
    await says(mark(1, { photo_ids: ["p1"] }));
    await db.delete("photos", "p1");
    await drain(db);
    expect(await states()).toEqual(["mark-1 sent", "p1 refused"]);
  });
});

describe("asking for the round", () => {
  const now = () => time("08:00");
  const given = round([stop(1), stop(2)]);

  it("keeps it, asks with its tag, and forgets marks that it shows", async () => {
    reply = () => ({ status: 200, body: given, etag: '"1"' });
    expect(await fetchRound(db, "crew-1", now)).toBe("sent");
    await says(mark(1));
    reply = usual;
    await drain(db);
    reply = () => ({ status: 304 });
    expect(await fetchRound(db, "crew-1", now)).toBe("sent");
    expect(asked.at(-1)?.headers.get("If-None-Match")).toBe('"1"');
    expect(await states()).toEqual([]);
    expect((await keptRound(db, "crew-1"))?.round?.stops).toHaveLength(2);
  });
  it("asks for the levels, too, after a while and after one was said", async () => {
    let minutes = 0;
    const later = () => now() + minutes * 60_000;
    const tag = () => asked.at(-1)?.headers.get("If-None-Match") ?? null;
    reply = () => ({ status: 200, body: given, etag: '"1"' });
    await fetchRound(db, "crew-1", later);
    minutes = 9;
    await fetchRound(db, "crew-1", later);
    expect(tag()).toBe('"1"');
    minutes = 20;
    await fetchRound(db, "crew-1", later);
    expect(tag()).toBeNull();
    await says(level(1));
    reply = usual;
    await drain(db);
    reply = () => ({ status: 200, body: given, etag: '"1"' });
    await fetchRound(db, "crew-1", later);
    expect(tag()).toBeNull();
    expect(await states()).toEqual([]);
  });
  it("keeps a mark that was sent while an older round was under way", async () => {
    await says(mark(1));
    let heard = (_: Reply) => {};
    const late = new Promise<Reply>((resolve) => {
      heard = resolve;
    });
    const fetched = globalThis.fetch;
    vi.stubGlobal("fetch", async (path: string, init: RequestInit) => {
      if (path.startsWith("/crew/round")) {
        await late;
      }
      return fetched(path, init);
    });
    reply = (method, path) =>
      path.startsWith("/crew/round") ? { status: 200, body: given } : usual(method, path);
    const asking = fetchRound(db, "crew-1", now);
    await drain(db);
    heard({ status: 200 });
    await asking;
    expect(await states()).toEqual(["mark-1 sent"]);
  });
  it("keeps the server's words where there is none, and nothing of another crew's", async () => {
    reply = () => ({ status: 404, body: { detail: "not planned yet" } });
    expect(await fetchRound(db, "crew-1", now)).toBe("sent");
    expect((await keptRound(db, "crew-1"))?.none).toBe("not planned yet");
    reply = () => ({ status: 200, body: { ...given, crew_id: "crew-2" } });
    expect(await fetchRound(db, "crew-1", now)).toBe("signed out");
    expect((await keptRound(db, "crew-1"))?.round).toBeNull();
  });
  it("keeps the round while the server is away or asks who it is", async () => {
    reply = () => ({ status: 200, body: given });
    await fetchRound(db, "crew-1", now);
    for (const [told, means] of [
      ["no signal", "away"],
      [{ status: 503 }, "away"],
      [{ status: 401 }, "signed out"],
      [{ status: 404, type: "text/html" }, "away"],
    ] as const) {
      reply = () => told;
      expect(await fetchRound(db, "crew-1", now)).toBe(means);
    }
    expect((await keptRound(db, "crew-1"))?.round?.stops).toHaveLength(2);
  });
});
