/** The app on this phone: its worker, its next version, its place on the home screen. */
import { signal } from "@preact/signals";
import { written } from "../keep/db";
import { db, trouble, who } from "./state";

/** A new version is on the phone: it waits for a tap, or until the phone is put away. */
export const fresh = signal(false);

interface InstallPrompt extends Event {
  prompt(): Promise<unknown>;
}
/** The browser offers to put the app on the home screen. */
export const installable = signal<InstallPrompt | null>(null);

export const isInstalled = () => matchMedia("(display-mode: standalone)").matches;

/** Let the worker keep the app for moments without signal. Plain http has none. */
export async function register(): Promise<void> {
  addEventListener("beforeinstallprompt", (event) => {
    event.preventDefault();
    installable.value = event as InstallPrompt;
  });
  addEventListener("appinstalled", () => {
    installable.value = null;
  });
  if (!("serviceWorker" in navigator)) {
    return;
  }
  watchTakeOver();
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") {
      void lookForFresh();
    } else if (fresh.peek()) {
      void goOverIfSafe();
    }
  });
  await lookForFresh();
}

let registered: ServiceWorkerRegistration | undefined;

/** Ask for a new version, at each return of the crew or of the server; without signal later. */
export async function lookForFresh(): Promise<void> {
  try {
    if (registered !== undefined) {
      await registered.update();
      return;
    }
    const found = await navigator.serviceWorker?.register("/phone/sw.js", { scope: "/phone/" });
    if (found !== undefined && found !== registered) {
      registered = found;
      watchInstalling(found);
    }
  } catch {
    // the next return asks again
  }
}

function watchInstalling(registration: ServiceWorkerRegistration): void {
  const found = () => {
    // the first one ever has nothing to replace
    if (registration.waiting !== null && navigator.serviceWorker.controller !== null) {
      becomeFresh();
    }
  };
  const watch = () => registration.installing?.addEventListener("statechange", found);
  found();
  watch();
  registration.addEventListener("updatefound", watch);
}

let isAsked = false;

/** Another tab may go over, too: then this page is the old one, with programs that are gone. */
function watchTakeOver(): void {
  let isFirst = navigator.serviceWorker.controller === null;
  navigator.serviceWorker.addEventListener("controllerchange", () => {
    if (isFirst) {
      isFirst = false;
    } else if (isAsked) {
      location.reload();
    } else {
      becomeFresh();
    }
  });
}

function becomeFresh(): void {
  fresh.value = true;
  if (document.visibilityState === "hidden") {
    void goOverIfSafe();
  }
}

/** Go over to the new version. */
export function useFresh(): void {
  isAsked = true;
  const next = registered?.waiting;
  if (next) {
    next.postMessage("go");
  } else {
    // another tab has gone over already
    location.reload();
  }
}

/** All state is on the disk, but for what is being written or said: only the crew can leave that. */
async function goOverIfSafe(): Promise<void> {
  const isBusy = isWriting(location.pathname) || !who.peek() || trouble.peek() !== null;
  if (!isBusy) {
    // one that another tab has closed for a newer one has nothing under way
    await written(db()).catch(() => undefined);
    useFresh();
  }
}

/** Whether the screen of an address has words of the crew that may not be kept yet. */
export function isWriting(path: string): boolean {
  return /\/(skip|done|signin)$/.test(path);
}
