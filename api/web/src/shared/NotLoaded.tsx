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
  return (
    <section class="ops-text" role="alert">
      <h1>This page could not be loaded</h1>
      <p>The server was out of reach, or has been brought up to date since you came.</p>
      <button type="button" onClick={() => location.reload()}>
        Load it again
      </button>
    </section>
  );
}
