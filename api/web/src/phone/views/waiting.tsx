/** The outbox: what waits, what was not taken, and since when there is no signal. */

import { clock, dayAndClock } from "../../shared/words";
import { itemWords, statusWords } from "../rules/say";
import type { Item } from "../rules/types";
import { readRefusal } from "../state/act";
import * as state from "../state/state";
import { tryNow } from "../state/sync";
import { Title } from "./title";

export function WaitingPage() {
  const waiting = state.waiting.value;
  const refused = state.refused.value;
  const others = state.items.value.length - state.mine.value.length;
  const confirmed = state.kept.value?.confirmed_at;
  return (
    <section class="phone-waiting">
      <Title>
        {statusWords(
          waiting.length,
          state.awaySince.value,
          state.signInAgain.value,
          state.zone.value,
        )}
      </Title>
      {waiting.length > 0 && (
        <p>They are safe on this phone, also when it is off, and go by themselves.</p>
      )}
      <button type="button" class="phone-button" onClick={() => void tryNow()}>
        Try now
      </button>
      {refused.length > 0 && (
        <>
          <h2>Not taken</h2>
          <ul class="phone-list">
            {refused.map((item) => (
              <Line key={item.seq} item={item}>
                <p class="phone-wrong">{item.refusal}</p>
                <button type="button" class="phone-button" onClick={() => void readRefusal(item)}>
                  Put away
                </button>
              </Line>
            ))}
          </ul>
        </>
      )}
      {waiting.length > 0 && (
        <>
          <h2>Waiting</h2>
          <ul class="phone-list">
            {waiting.map((item) => (
              <Line key={item.seq} item={item} />
            ))}
          </ul>
        </>
      )}
      {others > 0 && (
        <p class="quiet">{others} of another crew wait for its sign-in on this phone.</p>
      )}
      {confirmed !== undefined && (
        <p class="quiet">
          Round last confirmed {dayAndClock(new Date(confirmed).toISOString(), state.zone.value)}
        </p>
      )}
    </section>
  );
}

function Line({ item, children }: { item: Item; children?: preact.ComponentChildren }) {
  return (
    <li class="phone-line">
      <strong>{item.place}</strong>
      <span>
        {itemWords(item)}, {clock(item.made_at, state.zone.value)}
      </span>
      {children}
    </li>
  );
}
