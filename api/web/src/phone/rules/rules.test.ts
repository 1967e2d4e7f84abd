import { describe, expect, it } from "vitest";
import { dayToAsk, isCurrent } from "./day";
import { levelWords, weightOf } from "./fill";
import { bounds, decoded, metres, navigationTo } from "./geo";
import { momentAfter, newId } from "./ids";
import { behindS, expectedAt, lateWords } from "./late";
import { at, mark, round, stop, time, views } from "./make";
import { fitted } from "./photo";
import { statusWords } from "./say";
import { templatesOf, thinned, tileAt, tilesAround } from "./tiles";
import { backOffMs, judge } from "./verdict";

describe("ids and moments", () => {
  it("makes random UUIDs of version 4", () => {
    const made = new Set(Array.from({ length: 200 }, newId));
    expect(made.size).toBe(200);
    for (const id of made) {
      expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    }
  });
  it("makes a mark later than the one it takes back, also when the clock was put back", () => {
    expect(momentAfter(time("08:00"), at("07:00"))).toBe("2026-03-02T08:00:00.000Z");
    expect(momentAfter(time("06:00"), at("07:00"))).toBe("2026-03-02T07:00:00.001Z");
    expect(momentAfter(time("06:00"), null)).toBe("2026-03-02T06:00:00.000Z");
  });
});

describe("how late", () => {
  it("is what the last mark was, and grows while the next stop waits", () => {
    const stops = [stop(1), stop(2)];
    const late = [mark(1, { made_at: at("07:31") })];
    expect(behindS(views(stops), time("06:50"))).toBeNull();
    expect(behindS(views(stops), time("07:25"))).toBe(900);
    expect(behindS(views(stops, late), time("07:31"))).toBe(1200);
    expect(behindS(views(stops, late), time("07:50"))).toBe(1800);
    const early = [mark(1, { made_at: at("07:01") })];
    expect(behindS(views(stops, early), time("07:02"))).toBe(-600);
    expect(behindS(views([stop(1)], late), time("12:00"))).toBe(1200);
  });
  it("is said in minutes, and small differences are none", () => {
    expect([60, -299, 300, 720, -480, 7200].map(lateWords)).toEqual([
      "on time",
      "on time",
      "5 min late",
      "12 min late",
      "8 min early",
      "2 h 0 min late",
    ]);
  });
  it("moves what is to be expected, never into the past", () => {
    expect(expectedAt(at("07:20"), 600, time("07:00"))).toBe(time("07:30"));
    expect(expectedAt(at("07:20"), -1200, time("07:00"))).toBe(time("07:00"));
    expect(expectedAt(at("07:20"), null, time("07:00"))).toBe(time("07:20"));
  });
});

describe("answers", () => {
  const problem = "application/problem+json";
  it("takes only Brimful's own words for an answer", () => {
    expect(judge(200, "application/json; charset=utf-8", {}).is).toBe("sent");
    expect(judge(200, "text/html", null).is).toBe("away");
    expect(judge(404, "text/html", null).is).toBe("away");
    expect(judge(404, problem, { detail: "no stop" })).toEqual({ is: "refused", why: "no stop" });
    expect(judge(409, problem, {})).toEqual({ is: "refused", why: "The server answered 409." });
    expect(judge(422, problem, { title: "wrong" })).toEqual({ is: "refused", why: "wrong" });
  });
  it("keeps everything else for later", () => {
    expect([401, 403, 429, 500, 502, 503].map((status) => judge(status, problem, {}).is)).toEqual([
      "signed out",
      "signed out",
      "away",
      "later",
      "later",
      "away",
    ]);
  });
  it("waits longer each time, up to a minute or so", () => {
    expect([1, 2, 3, 20].map((failed) => backOffMs(failed, 0.5))).toEqual([
      2000, 5000, 10_000, 60_000,
    ]);
    expect(backOffMs(20, 1)).toBe(75_000);
  });
});

describe("days", () => {
  it("keeps a night's round past midnight, until it is done", () => {
    const night = round([stop(1)], {
      day: "2026-03-02",
      starts_at: at("20:00"),
      ends_at: "2026-03-03T02:00:00Z",
    });
    const after = Date.parse("2026-03-03T01:00:00Z");
    expect(isCurrent(night, after)).toBe(true);
    expect(dayToAsk(night, 1, after)).toBe("2026-03-02");
    expect(dayToAsk(night, 0, after)).toBeNull();
    expect(dayToAsk(night, 1, time("21:00"))).toBeNull();
    expect(dayToAsk(null, 0, after)).toBeNull();
    expect(isCurrent(night, Date.parse("2026-03-03T09:00:00Z"))).toBe(false);
  });
  it("shows the round that it was given to a phone that thinks it is 1970, and asks for today's", () => {
    expect(isCurrent(round([stop(1)]), 0)).toBe(true);
    expect(dayToAsk(round([stop(1)]), 1, 0)).toBeNull();
  });
});

describe("places", () => {
  it("reads lines with six decimals", () => {
    expect(decoded("_ccp~A_sdoZ_XwQgEg^")).toEqual([
      [14.4208, 50.088],
      [14.4211, 50.0884],
      [14.4216, 50.0885],
    ]);
    expect(decoded("")).toEqual([]);
    expect(decoded("~hbE~hbE~r}gjD|dfcvI_rltpD}pgdnJ")).toEqual([
      [-0.1, -0.1],
      [-179.999999, -89.9],
      [12.5, 3.25],
    ]);
  });
  it("measures", () => {
    expect(Math.round(metres([14, 50], [14, 51]) / 1000)).toBe(111);
    expect(
      bounds([
        [1, 5],
        [3, 4],
      ]),
    ).toEqual([1, 4, 3, 5]);
    expect(bounds([])).toBeNull();
  });
  it("opens the phone's own navigation", () => {
    expect(navigationTo([14.4208, 50.088], "Dlouha 17", "Linux; Android 15")).toBe(
      "geo:50.088000,14.420800?q=50.088000,14.420800(Dlouha%2017)",
    );
    expect(navigationTo([14.4208, 50.088], "Dlouha 17", "iPhone")).toMatch(/^maps:\/\/\?daddr=50/);
  });
  it("finds the tiles around a round, within its bound", () => {
    expect(tileAt([14.4208, 50.088], 14)).toEqual({ z: 14, x: 8848, y: 5550 });
    const tiles = tilesAround([[14.4208, 50.088]], { from: 13, to: 14 });
    expect(tiles).toHaveLength(10);
    expect(tiles[0]?.z).toBe(13);
    expect(tilesAround([[0, 0]], { from: 0, to: 14 }, 7)).toHaveLength(7);
    expect(
      thinned([
        [1, 1],
        [1.0001, 1],
        [2, 1],
      ]),
    ).toHaveLength(2);
  });
  it("fetches no other server's tiles ahead", () => {
    const sources = {
      own: { tiles: ["/map/tiles/{z}/{x}/{y}"], minzoom: 5, maxzoom: 14 },
      other: { tiles: ["https://tiles.example/{z}/{x}/{y}.png"] },
      sly: { tiles: ["//tiles.example/{z}/{x}/{y}.png"] },
    };
    expect(templatesOf({ sources })).toEqual([
      { template: "/map/tiles/{z}/{x}/{y}", from: 10, to: 14 },
    ]);
    expect(templatesOf(null)).toEqual([]);
  });
});

describe("words", () => {
  it("says what waits and since when", () => {
    const since = new Date(2026, 2, 2, 10, 42).getTime();
    expect(statusWords(0, null, false)).toBe("All sent");
    expect(statusWords(3, since, false)).toBe("3 waiting, no signal since 10:42");
    expect(statusWords(3, null, false)).toBe("3 waiting, sending");
    expect(statusWords(1, since, true)).toBe("1 waiting, sign in again");
  });
  it("says levels with age and trust, and reads weights", () => {
    const seen = { fill_pct: 84.4, measured_at: at("05:00"), age_s: 0, trust: "fresh" };
    expect(levelWords(seen, time("07:00"))).toBe("84 %, 2 h ago, fresh");
    expect(["", "3 400", "3,5", "x", "-1", "70000"].map(weightOf)).toEqual([
      null,
      3400,
      3.5,
      "wrong",
      "wrong",
      "wrong",
    ]);
  });
  it("makes photos small, never larger", () => {
    expect(fitted(4000, 3000)).toEqual({ width: 1600, height: 1200 });
    expect(fitted(800, 600)).toEqual({ width: 800, height: 600 });
    expect(fitted(10, 100_000)).toEqual({ width: 1, height: 1600 });
  });
});
