import { describe, expect, it } from "vitest";
import { safeNext } from "./next";

const origin = "https://bins.town.example";

describe("where signing in leads", () => {
  it("goes back to a page of this server", () => {
    for (const next of ["/ops/", "/ops/bins/a%2Fb?x=1#here", "/phone/"]) {
      expect(safeNext(next, origin)).toBe(next);
    }
  });
  it("never leads to another server", () => {
    for (const next of [
      "//evil.example",
      "/\\evil.example",
      "\\\\evil.example",
      "https://evil.example/",
      "/\t/evil.example",
      "/\n/evil.example",
      "javascript:alert(1)",
      "evil.example",
      " /ops/",
      "",
      null,
    ]) {
      expect(safeNext(next, origin)).toBeNull();
    }
  });
  it("does not come back to the page for signing in", () => {
    expect(safeNext("/signin/?next=%2Fops%2F", origin)).toBeNull();
    expect(safeNext("/ops/../signin/", origin)).toBeNull();
  });
});
