/** The app on this phone: its worker, its next version, its place on the home screen. */
import { signal } from "@preact/signals";

/** A new version is on the phone and waits for a tap. */
export const fresh = signal<ServiceWorker | null>(null);

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
  const registration = await navigator.serviceWorker.register("/phone/sw.js", {
    scope: "/phone/",
  });
  watch(registration);
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") {
      void registration.update().catch(() => undefined);
    }
  });
}

function watch(registration: ServiceWorkerRegistration): void {
  const found = () => {
    const worker = registration.waiting;
    // the first one ever has nothing to replace
    if (worker !== null && navigator.serviceWorker.controller !== null) {
      fresh.value = worker;
    }
  };
  found();
  registration.addEventListener("updatefound", () => {
    registration.installing?.addEventListener("statechange", found);
  });
}

/** Go over to the new version. All state is on the disk. */
export function useFresh(): void {
  navigator.serviceWorker.addEventListener("controllerchange", () => location.reload());
  fresh.value?.postMessage("go");
}
