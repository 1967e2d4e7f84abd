/** What a page has asked the server for: what is there stays while it is asked anew. */
import { useCallback, useEffect, useRef, useState } from "preact/hooks";

export interface Loaded<T> {
  readonly data: T | null;
  readonly error: string | null;
  readonly busy: boolean;
  readonly reload: () => void;
}

/**
 * Loads whenever `key` changes. The answer to an older question is thrown away. Data of another
 * key is never shown beside an error.
 */
export function useLoaded<T>(key: string, load: (signal: AbortSignal) => Promise<T>): Loaded<T> {
  const [state, setState] = useState<{ data: T | null; error: string | null; busy: boolean }>({
    data: null,
    error: null,
    busy: true,
  });
  const [turn, setTurn] = useState(0);
  const loading = useRef(load);
  loading.current = load;
  useEffect(() => {
    const stop = new AbortController();
    setState((now) => ({ ...now, busy: true }));
    loading.current(stop.signal).then(
      (data) => !stop.signal.aborted && setState({ data, error: null, busy: false }),
      (error: unknown) =>
        !stop.signal.aborted &&
        setState((now) => ({
          ...now,
          error: error instanceof TypeError ? "The server cannot be reached." : said(error),
          busy: false,
        })),
    );
    return () => stop.abort();
  }, [key, turn]);
  const reload = useCallback(() => setTurn((n) => n + 1), []);
  return { ...state, reload };
}

/** Says an error as people read it, without the name of its class. */
export function said(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
