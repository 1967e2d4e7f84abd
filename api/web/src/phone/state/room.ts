/** Memory of the phone: asked to be kept, and made when it is full. */

/** The caches that can be fetched again; never the app itself. */
export const MAP_CACHE = "brimful-map";

/** Give up the kept map where the disk is full, for marks come first. Throws any other error again. */
export async function makeRoom(error: unknown): Promise<void> {
  if (!(error instanceof DOMException) || error.name !== "QuotaExceededError") {
    throw error;
  }
  if (typeof caches === "undefined" || !(await caches.delete(MAP_CACHE))) {
    throw error;
  }
}

/** Ask the browser not to clear what is kept here. null: it cannot say. */
export async function askToKeep(): Promise<boolean | null> {
  return (await navigator.storage?.persist?.().catch(() => null)) ?? null;
}
