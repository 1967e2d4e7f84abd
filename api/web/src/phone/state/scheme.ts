/** Light or dark: as the phone has it, or as the crew chose. */
import { signal } from "@preact/signals";

export const SCHEMES = ["system", "light", "dark"] as const;
export type Scheme = (typeof SCHEMES)[number];

const KEY = "brimful-scheme";

function read(): Scheme {
  try {
    return SCHEMES.find((one) => one === localStorage.getItem(KEY)) ?? "system";
  } catch {
    return "system";
  }
}

export const scheme = signal<Scheme>(read());

export function choose(one: Scheme): void {
  scheme.value = one;
  try {
    localStorage.setItem(KEY, one);
  } catch {
    // a browser that keeps nothing: the choice holds until it is closed
  }
  show();
}

/** Let the page be in the scheme that was chosen. */
export function show(): void {
  const { dataset } = document.documentElement;
  if (scheme.value === "system") {
    delete dataset.scheme;
  } else {
    dataset.scheme = scheme.value;
  }
}
