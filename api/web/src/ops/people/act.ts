/** Doing something that changes what a page shows. */
import { useState } from "preact/hooks";
import { said } from "../lists/loaded";

export interface Action {
  readonly busy: boolean;
  /** Why the last one failed, in words. */
  readonly error: string | null;
  readonly act: (work: () => Promise<unknown>) => Promise<void>;
}

/** One thing at a time; `done` follows what succeeds. */
export function useAction(done: () => void): Action {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string | null>(null);
  const act = async (work: () => Promise<unknown>) => {
    setBusy(true);
    setError(null);
    try {
      await work();
      done();
    } catch (failure) {
      setError(said(failure));
    } finally {
      setBusy(false);
    }
  };
  return { busy, error, act };
}

/** What a form holds, by the names of its fields. */
export function fields(form: EventTarget | null): Record<string, string> {
  const entries = form instanceof HTMLFormElement ? new FormData(form).entries() : [];
  return Object.fromEntries([...entries].map(([name, value]) => [name, String(value)]));
}
