import { Title } from "./title";

/** A stop that was on the round and is no more, or an old address. */
export function NoStop() {
  return (
    <section class="phone-empty">
      <Title>This stop is not on your round</Title>
      <p>Operations may have given it to another crew. What you marked there is kept.</p>
      <a class="button phone-button" href="/phone/">
        To the next stop
      </a>
    </section>
  );
}
