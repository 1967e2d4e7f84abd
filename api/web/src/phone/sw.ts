/** The phone's worker: keeps the app and its map for moments without signal, and sends what waits. */
import { ExpirationPlugin } from "workbox-expiration";
import {
  cleanupOutdatedCaches,
  createHandlerBoundToURL,
  precacheAndRoute,
} from "workbox-precaching";
import { NavigationRoute, registerRoute } from "workbox-routing";
import { CacheFirst, StaleWhileRevalidate } from "workbox-strategies";
import { open } from "./keep/db";
import { tellOthers } from "./state/others";
import { MAP_CACHE } from "./state/room";
import { noteAway } from "./wire/away";
import { drain } from "./wire/drain";

interface SyncEvent extends ExtendableEvent {
  readonly tag: string;
  readonly lastChance: boolean;
}

declare const self: ServiceWorkerGlobalScope & {
  __WB_MANIFEST: { url: string; revision: string | null }[];
};

const MONTH_S = 30 * 24 * 3600;

type Plugin = NonNullable<
  NonNullable<ConstructorParameters<typeof CacheFirst>[0]>["plugins"]
>[number];
const expiring = new ExpirationPlugin({
  maxEntries: 1500,
  maxAgeSeconds: MONTH_S,
  purgeOnQuotaError: true,
}) as unknown as Plugin; // its types are written for a looser compiler

precacheAndRoute(self.__WB_MANIFEST);
cleanupOutdatedCaches();
// every address below /phone/ is the same page; it reads from its address which screen it is
registerRoute(
  new NavigationRoute(createHandlerBoundToURL("/phone/"), { allowlist: [/^\/phone(\/|$)/] }),
);
// a tile of a built map does not change under its address; the style says when it was built anew
registerRoute(
  ({ url, sameOrigin }) => sameOrigin && url.pathname.startsWith("/map/tiles/"),
  new CacheFirst({
    cacheName: MAP_CACHE,
    plugins: [expiring],
  }),
);
registerRoute(
  ({ url, sameOrigin }) => sameOrigin && url.pathname.startsWith("/map/"),
  new StaleWhileRevalidate({ cacheName: `${MAP_CACHE}-style` }),
);

self.addEventListener("activate", (event) => {
  event.waitUntil(self.clients.claim());
});

// the page asks for it when the crew taps; until then the version they work with stays
self.addEventListener("message", (event) => {
  if (event.data === "go") {
    void self.skipWaiting();
  }
});

self.addEventListener("sync", (event) => {
  const { tag } = event as SyncEvent;
  if (tag === "outbox") {
    (event as SyncEvent).waitUntil(send());
  }
});

/** Send what waits. What does not go makes the browser try again later. */
async function send(): Promise<void> {
  const db = await open();
  try {
    const result = await drain(db, tellOthers);
    await noteAway(db, result, Date.now());
    if (result === "away") {
      throw new Error("not all of it went");
    }
  } finally {
    db.close();
    tellOthers();
  }
}
