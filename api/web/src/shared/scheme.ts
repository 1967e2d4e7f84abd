/** Whether the page is bright or dark: what the page's owner chose, else what the device says. */

import { signal } from "@preact/signals";

export type Scheme = "light" | "dark";

const darkDevice = globalThis.matchMedia?.("(prefers-color-scheme: dark)");

function now(): Scheme {
  const chosen = globalThis.document?.documentElement.dataset.scheme;
  if (chosen === "light" || chosen === "dark") {
    return chosen;
  }
  return darkDevice?.matches ? "dark" : "light";
}

/** Follows the device, and the attribute data-scheme of the page, as they change. */
export const scheme = signal<Scheme>(now());

darkDevice?.addEventListener("change", () => {
  scheme.value = now();
});
if (globalThis.MutationObserver && globalThis.document) {
  new MutationObserver(() => {
    scheme.value = now();
  }).observe(document.documentElement, { attributeFilter: ["data-scheme"] });
}
