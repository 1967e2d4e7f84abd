/** Which of the built files the crew's phone keeps: its own, and none of the ops room's. */
import type { Manifest } from "vite";

interface Entry {
  url: string;
  revision: string | null;
  size: number;
}

const PAGE = "phone/index.html";

/** Of all built files those that the phone's page may load; its page goes by its address. */
export function filesOf(built: Manifest, entries: Entry[]): Entry[] {
  const needed = new Set<string>();
  const seen = new Set<string>();
  const visit = (key: string) => {
    const chunk = built[key];
    if (chunk === undefined || seen.has(key)) {
      return;
    }
    seen.add(key);
    for (const file of [chunk.file, ...(chunk.css ?? []), ...(chunk.assets ?? [])]) {
      needed.add(file);
    }
    for (const other of [...(chunk.imports ?? []), ...(chunk.dynamicImports ?? [])]) {
      visit(other);
    }
  };
  visit(PAGE);
  return entries.flatMap((entry) => {
    if (entry.url === PAGE) {
      return [{ ...entry, url: "/phone/" }];
    }
    return needed.has(entry.url) || entry.url.startsWith("phone/")
      ? [{ ...entry, url: `/${entry.url}`, revision: hashed(entry) ? null : entry.revision }]
      : [];
  });
}

/** Vite names files in assets/ after what is in them. */
const hashed = (entry: Entry) => entry.url.startsWith("assets/");
