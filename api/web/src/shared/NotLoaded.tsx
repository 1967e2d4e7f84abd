import { useSignal } from "@preact/signals";
import type { ComponentType } from "preact";

interface Loaded {
  readonly default: ComponentType;
}

/** Say so where a page's program does not come: the server is away, or has another version now. */
export function orSayWhy(load: () => Promise<Loaded>): () => Promise<Loaded> {
  return () =>
    load().catch((error: unknown) => {
      console.error(error);
      return { default: NotLoaded };
    });
}

function NotLoaded() {
  const away = useSignal(false);
  // without a server a reload would leave nothing at all where no worker keeps the screens
  const again = () =>
    fetch("/health", { cache: "no-store" }).then(
      () => location.reload(),
      () => {
        away.value = true;
      },
    );
  return (
    <section class="not-loaded" role="alert">
      <h1>This page could not be loaded</h1>
      <p>The server was out of reach, or has been brought up to date since you came.</p>
      {away.value ? <p>It is still out of reach. What you have done is kept.</p> : null}
      <button type="button" onClick={again}>
        Load it again
      </button>
    </section>
  );
}
