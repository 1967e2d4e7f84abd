import { afterEach, describe, expect, it, vi } from "vitest";
import { MAP_CACHE, makeRoom } from "./room";

const full = new DOMException("no space", "QuotaExceededError");

afterEach(() => {
  vi.unstubAllGlobals();
});

describe("a full disk", () => {
  it("gives up the kept map, once", async () => {
    const kept = new Set([MAP_CACHE]);
    vi.stubGlobal("caches", { delete: async (name: string) => kept.delete(name) });
    await expect(makeRoom(full)).resolves.toBeUndefined();
    await expect(makeRoom(full)).rejects.toBe(full);
  });
  it("gives up nothing for other errors, and has nothing to give without a worker", async () => {
    const remove = vi.fn();
    vi.stubGlobal("caches", { delete: remove });
    await expect(makeRoom(new Error("broken"))).rejects.toThrow("broken");
    expect(remove).not.toHaveBeenCalled();
    vi.stubGlobal("caches", undefined);
    await expect(makeRoom(full)).rejects.toBe(full);
  });
});
