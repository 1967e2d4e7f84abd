import "fake-indexeddb/auto";
import { IDBFactory } from "fake-indexeddb";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { level, mark, round, stop } from "../rules/make";
import type { MarkItem } from "../rules/types";
import { type Db, keepThing, open, thing } from "./db";
import { addPhoto, draft, dropPhoto, emptyDraft, keepDraft } from "./drafts";
import { addLevel, addMark, outbox, putAway, settleRefused, settleSent } from "./outbox";
import { keepAnswer, keptRound, told } from "./rounds";

let db: Db;

beforeEach(async () => {
  vi.stubGlobal("indexedDB", new IDBFactory());
  db = await open();
});

const unplaced = ({ seq: _, state: __, ...item }: MarkItem) => item;
const items = () => outbox(db);
const first = async () => (await items())[0] as MarkItem;

describe("the outbox", () => {
  it("keeps what was said in the order in which it was said, over a restart", async () => {
    await addMark(db, unplaced(mark(2)));
    await addMark(db, unplaced(mark(1)));
    db.close();
    db = await open();
    expect((await items()).map((item) => item.id)).toEqual(["mark-2", "mark-1"]);
    expect((await items()).every((item) => item.state === "waiting")).toBe(true);
  });
  it("refuses the same id twice, and then keeps nothing of it", async () => {
    await addMark(db, unplaced(mark(1)));
    await expect(addMark(db, unplaced(mark(1)))).rejects.toThrow();
    expect(await items()).toHaveLength(1);
  });
  it("keeps a mark, its photos and the end of its draft together", async () => {
    const begun = await addPhoto(db, emptyDraft("stop-1"), photo("p1"));
    await addMark(db, unplaced(mark(1, { photo_ids: begun.photo_ids })));
    expect((await items()).map((item) => item.kind)).toEqual(["mark", "photo"]);
    expect(await draft(db, "stop-1")).toEqual(emptyDraft("stop-1"));
    expect((await db.get("photos", "p1"))?.bytes.byteLength).toBe(3);
  });
  it("sends a photo once, however many marks name it", async () => {
    await addPhoto(db, emptyDraft("stop-1"), photo("p1"));
    await addMark(db, unplaced(mark(1, { photo_ids: ["p1"] })));
    await addMark(db, unplaced(mark(1, { id: "again", photo_ids: ["p1"] })));
    expect((await items()).filter((item) => item.kind === "photo")).toHaveLength(1);
  });
  it("forgets a photo that was sent, and keeps a mark until a round shows it", async () => {
    await addPhoto(db, emptyDraft("stop-1"), photo("p1"));
    await addMark(db, unplaced(mark(1, { photo_ids: ["p1"] })));
    for (const item of await items()) {
      await settleSent(db, item);
    }
    expect(await db.count("photos")).toBe(0);
    expect((await items()).map((item) => item.state)).toEqual(["sent"]);
    await keepAnswer(db, "crew-1", { is: "round", round: round([stop(1)]), etag: "1" }, [], 1);
    expect(await items()).toHaveLength(1);
    const { seq } = await first();
    await keepAnswer(db, "crew-1", { is: "same" }, [seq], 2);
    expect(await items()).toHaveLength(0);
  });
  it("keeps a refusal with its words until it is put away", async () => {
    await addMark(db, unplaced(mark(1)));
    await putAway(db, await first());
    expect(await items()).toHaveLength(1);
    await settleRefused(db, await first(), "no stop on your rounds");
    expect(await first()).toMatchObject({ state: "refused", refusal: "no stop on your rounds" });
    await keepAnswer(db, "crew-1", { is: "same" }, [(await first()).seq], 2);
    await putAway(db, await first());
    expect(await items()).toHaveLength(0);
  });
  it("keeps levels", async () => {
    const { seq: _, state: __, ...item } = level(1);
    await addLevel(db, item);
    expect(await items()).toMatchObject([{ kind: "level", fill_pct: 75, state: "waiting" }]);
  });
});

describe("the kept round", () => {
  const answer = (plan_id: string, day = "2026-03-02") =>
    ({ is: "round", round: round([stop(1)], { plan_id, day }), etag: plan_id }) as const;
  const known = async () => (await keptRound(db, "crew-1"))?.known?.plan_id;

  it("remembers which plan the crew knows until it has been told of another", async () => {
    await keepAnswer(db, "crew-1", answer("a"), [], 1);
    expect(await known()).toBe("a");
    await keepAnswer(db, "crew-1", answer("b"), [], 2);
    await keepAnswer(db, "crew-1", answer("c"), [], 3);
    expect(await known()).toBe("a");
    expect((await keptRound(db, "crew-1"))?.round?.plan_id).toBe("c");
    await told(db, "crew-1");
    expect(await known()).toBe("c");
  });
  it("takes a new day as it is", async () => {
    await keepAnswer(db, "crew-1", answer("a"), [], 1);
    await keepAnswer(db, "crew-1", answer("b", "2026-03-03"), [], 2);
    expect(await known()).toBe("b");
  });
  it("keeps why there is none, and what the crew knew", async () => {
    await keepAnswer(db, "crew-1", answer("a"), [], 1);
    await keepAnswer(db, "crew-1", { is: "none", why: "not planned" }, [], 2);
    expect(await keptRound(db, "crew-1")).toMatchObject({
      round: null,
      none: "not planned",
      etag: null,
    });
    expect(await known()).toBe("a");
  });
  it("belongs to one crew", async () => {
    await keepAnswer(db, "crew-1", answer("a"), [], 1);
    expect(await keptRound(db, "crew-2")).toBeNull();
  });
});

describe("drafts and things", () => {
  it("keeps what is being written, and its photos", async () => {
    await keepDraft(db, { ...emptyDraft("stop-1"), note: "van" });
    let begun = await addPhoto(db, await draft(db, "stop-1"), photo("p1"));
    begun = await addPhoto(db, begun, photo("p2"));
    begun = await dropPhoto(db, begun, "p1");
    expect(await draft(db, "stop-1")).toEqual({ ...begun, note: "van", photo_ids: ["p2"] });
    expect(await db.getAllKeys("photos")).toEqual(["p2"]);
  });
  it("keeps and forgets things", async () => {
    await keepThing(db, "away_since", 5);
    expect(await thing(db, "away_since")).toBe(5);
    await keepThing(db, "away_since", null);
    expect(await thing(db, "away_since")).toBeNull();
  });
});

const photo = (photo_id: string) => ({ photo_id, bytes: new Uint8Array([1, 2, 3]).buffer });
