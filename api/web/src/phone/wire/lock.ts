/** One at a time, over all tabs and the worker. */

let turn: Promise<unknown> = Promise.resolve();

/**
 * Do it when nobody else does. Where the browser has no locks (plain http) only this page waits for
 * itself; the server takes the same mark twice as one.
 */
export async function alone<T>(name: string, what: () => Promise<T>): Promise<T> {
  if (typeof navigator !== "undefined" && navigator.locks !== undefined) {
    return (await navigator.locks.request(name, what)) as T;
  }
  const mine = turn.then(what, what);
  turn = mine.catch(() => undefined);
  return mine;
}
