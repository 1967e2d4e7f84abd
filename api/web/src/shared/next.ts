/** Where to go after signing in. */

/** The address asked for if it is one of this server's pages; null: it leads elsewhere. */
export function safeNext(next: string | null, origin: string = location.origin): string | null {
  // one slash and no backslash: browsers read //host and /\host as another host
  if (next === null || !/^\/(?![/\\])/.test(next)) {
    return null;
  }
  let found: URL;
  try {
    found = new URL(next, origin);
  } catch {
    return null;
  }
  if (found.origin !== origin || found.pathname.startsWith("/signin")) {
    return null;
  }
  return found.pathname + found.search + found.hash;
}
