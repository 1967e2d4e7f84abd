/** Why something could not be done, read aloud as soon as it is there. */
export function Failed({ error }: { error: string | null }) {
  return <div role="alert">{error !== null && <p class="people-failed">{error}</p>}</div>;
}
