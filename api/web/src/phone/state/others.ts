/** Other tabs and the worker share what is kept: whoever changes it says so. */

const channel =
  typeof BroadcastChannel === "undefined" ? null : new BroadcastChannel("brimful-phone");

export function tellOthers(): void {
  channel?.postMessage("changed");
}

export function onOthers(changed: () => void): void {
  channel?.addEventListener("message", changed);
}
