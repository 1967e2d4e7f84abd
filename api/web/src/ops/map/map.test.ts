import { describe, expect, it } from "vitest";
import { apply, decode } from "./columns";
import { SIX } from "./examples";
import { EVERYTHING, type Filter, isEverything, read, write } from "./filter";
import { kindOf, stepOf } from "./looks";
import { mercatorX, mercatorY, middleOf, placesOf } from "./mercator";
import { nearest } from "./picking";
import { drawn, select, sorted } from "./select";
import { windowOf } from "./window";

const bins = () => decode(SIX);
const ids = (filter: Partial<Filter>) => {
  const all = bins();
  return [...select(all, { ...EVERYTHING, ...filter }, [14, 50, 14.25, 50.15]).rows].map(
    (row) => all.id[row],
  );
};

describe("columns", () => {
  it("gives each bin its shape and colour", () => {
    const all = bins();
    const rows = [...all.id.keys()];
    expect(rows.map((row) => kindOf(all, row))).toEqual([0, 1, 2, 3, 4, 0]);
    expect(rows.map((row) => stepOf(all.fill[row] as number))).toEqual([4, 1, 3, 5, 0, 3]);
    expect([0, 24.9, 25, 89.9, 100].map(stepOf)).toEqual([0, 0, 1, 3, 4]);
  });

  it("takes new levels in place, the last of a bin counts", () => {
    const all = bins();
    const { rows, unknown } = apply(all, [
      ["a-2", 55, "fresh", 999_999, "ok"],
      ["b-1", null, "no_level", null, "tilted"],
      ["a-2", 56, "untrusted", 999_999, null],
    ]);
    expect(rows).toEqual([1, 3]);
    expect(unknown).toBe(false);
    expect([all.fill[1], kindOf(all, 1), all.healths[all.health[3] as number]]).toEqual([
      56,
      4,
      "tilted",
    ]);
    expect(Number.isNaN(all.fill[3])).toBe(true);
  });

  it("says that a bin is not here", () => {
    expect(apply(bins(), [["new", 1, "fresh", 1, "ok"]])).toEqual({ rows: [], unknown: true });
  });
});

describe("a selection", () => {
  it("is everything without a filter, those without a place too", () => {
    const found = select(bins(), EVERYTHING, null);
    expect(found.rows).toHaveLength(6);
    expect(found.withoutPosition).toBe(1);
    expect(found.kinds).toEqual([2, 1, 1, 1, 1]);
    expect(found.steps).toEqual([1, 1, 0, 2, 1, 1]);
    expect(found.over).toBe(2);
  });

  it("holds what fulfils every condition", () => {
    expect(ids({ stream: "glass" })).toEqual(["b-1", "b-2", "b-3"]);
    expect(ids({ depot: "north" })).toEqual(["a-1", "a-2", "a-10"]);
    expect(ids({ area: "old town" })).toEqual(["a-1", "a-2"]);
    expect(ids({ health: "silent" })).toEqual(["a-2", "b-1"]);
    expect(ids({ health: "trouble" })).toEqual(["a-2", "a-10", "b-1"]);
    expect(ids({ minFill: 75 })).toEqual(["a-1", "a-10", "b-3"]);
    expect(ids({ over: true })).toEqual(["a-1", "b-3"]);
    expect(ids({ text: " ASH  b-2" })).toEqual(["b-2"]);
    expect(ids({ within: true })).toEqual(["a-1", "a-2"]);
    expect(ids({ kinds: ["stale", "no_sensor"] })).toEqual(["a-2", "b-2"]);
    expect(ids({ stream: "paper", minFill: 80 })).toEqual(["a-1"]);
    expect(ids({ stream: "metal" })).toEqual([]);
  });

  it("counts all shapes, also those that are not wanted", () => {
    const found = select(bins(), { ...EVERYTHING, stream: "paper", kinds: ["stale"] }, null);
    expect(found.rows).toHaveLength(1);
    expect(found.kinds).toEqual([1, 1, 1, 0, 0]);
  });

  it("is put into an order, what is not known last", () => {
    const all = bins();
    const order = (sort: "fill" | "age" | "name") =>
      [...sorted(all, select(all, EVERYTHING, null).rows, sort)].map((row) => all.id[row]);
    expect(order("fill")).toEqual(["a-1", "b-3", "a-10", "a-2", "b-2", "b-1"]);
    expect(order("age")).toEqual(["a-2", "a-10", "b-2", "a-1", "b-3", "b-1"]);
    expect(order("name")).toEqual(["b-1", "b-2", "b-3", "a-1", "a-2", "a-10"]);
  });

  it("is drawn with the fullest on top, and not where there is no place", () => {
    const all = bins();
    const rows = drawn(all, select(all, EVERYTHING, null).rows);
    expect([...rows].map((row) => all.id[row])).toEqual(["b-1", "b-2", "a-2", "a-10", "a-1"]);
  });
});

describe("an address", () => {
  it("says a filter, and is read back", () => {
    const address = read({
      stream: "glass",
      trust: "stale,no_sensor,nonsense",
      health: "silent",
      min: "62.5",
      q: "a b&c",
      over: "1",
      within: "1",
      sort: "age",
      bin: "old-town-17",
      at: "14.42,50.08,12.5",
    });
    expect(address.filter.kinds).toEqual(["stale", "no_sensor"]);
    expect(address.view).toEqual({ lon: 14.42, lat: 50.08, zoom: 12.5 });
    const query = new URLSearchParams(write(address).split("?")[1]);
    expect(read(Object.fromEntries(query))).toEqual(address);
  });

  it("says nothing where nothing is filtered, and takes nonsense for nothing", () => {
    expect(write(read({}))).toBe("/ops/");
    const odd = read({ min: "x", sort: "colour", at: "1,2", trust: "all", over: "yes" });
    expect(odd).toEqual(read({}));
    expect(isEverything(odd.filter)).toBe(true);
    expect(isEverything(read({ trust: "stale" }).filter)).toBe(false);
  });
});

describe("places", () => {
  it("are kept relative to the middle, precise enough for a house", () => {
    const all = bins();
    const middle = middleOf(all);
    const places = placesOf(all, middle);
    const metre = 1 / 25_700_000;
    expect(Math.abs((places[0] as number) + middle.x - mercatorX(14.1))).toBeLessThan(metre / 100);
    expect(Math.abs((places[1] as number) + middle.y - mercatorY(50.1))).toBeLessThan(metre / 100);
    expect(places[10]).toBe(9);
  });

  it("are found from a point of the screen: the nearest, of equal ones that on top", () => {
    const all = bins();
    const rows = Uint32Array.from([4, 1, 0]);
    const project = (lon: number) => ({ x: Math.round((lon - 14) * 100), y: 0 });
    const at = (x: number, reach: number) =>
      nearest(all, rows, [14, 50, 15, 51], project, { x, y: 0 }, reach);
    expect(at(12, 5)).toBe(0);
    expect(at(18, 5)).toBe(1);
    expect(at(15, 6)).toBe(0);
    expect(at(35, 5)).toBeNull();
  });
});

describe("a long list", () => {
  it("has only what is seen on the page, with some to spare", () => {
    expect(windowOf({ top: 0, height: 600, row: 60, count: 50_000 })).toEqual({
      begin: 0,
      end: 16,
    });
    expect(windowOf({ top: 600_000, height: 600, row: 60, count: 50_000 })).toEqual({
      begin: 9994,
      end: 10_016,
    });
    expect(windowOf({ top: 600_000, height: 600, row: 60, count: 3 })).toEqual({
      begin: 0,
      end: 3,
    });
  });
});
