/** Above every screen: whether all is sent, how far the round is, and what must be said loudly. */
import { useLocation } from "preact-iso";
import { clock } from "../../shared/words";
import { expectedAt, lateWords, ON_TIME_S } from "../rules/late";
import { statusWords } from "../rules/say";
import { readNews } from "../state/act";
import * as state from "../state/state";
import { Check, Clock } from "./icons";

export function Top() {
  return (
    <header class="phone-top">
      <Progress />
      <Status />
    </header>
  );
}

function Status() {
  const waiting = state.waiting.value.length;
  const refused = state.refused.value.length;
  const calm =
    waiting === 0 && refused === 0 && state.awaySince.value === null && !state.signInAgain.value;
  return (
    <a class="phone-status" href="/phone/waiting" data-calm={calm}>
      {calm ? <Check /> : <Clock />}
      <span role="status">
        {statusWords(waiting, state.awaySince.value, state.signInAgain.value, state.zone.value)}
        {refused > 0 && `, ${refused} not taken`}
      </span>
    </a>
  );
}

function Progress() {
  const round = state.round.value;
  if (round === null) {
    return null;
  }
  const { done, skipped, all } = state.progress.value;
  const behind = state.behind.value;
  const settled = done + skipped;
  const end = new Date(expectedAt(round.ends_at, behind, state.now.value)).toISOString();
  return (
    <div class="phone-progress">
      <p>
        <strong>
          {settled} of {all}
        </strong>
        <span>
          {settled < all ? `back about ${clock(end, state.zone.value)}` : "round finished"}
          {behind !== null && settled < all && behind >= ON_TIME_S && `, ${lateWords(behind)}`}
        </span>
      </p>
      <progress max={Math.max(all, 1)} value={settled} aria-label="Stops behind you" />
    </div>
  );
}

export function Banners() {
  const { path } = useLocation();
  const isEntering = path === "/phone/signin";
  return (
    <>
      {state.trouble.value !== null && (
        <section class="phone-banner danger" role="alert">
          <p>{state.trouble.value}</p>
        </section>
      )}
      {state.signInAgain.value && state.who.value && !isEntering && (
        <section class="phone-banner warn" role="alert">
          <p>
            Sign in again: ask operations for a new code. Everything you mark is kept on this phone
            and sent then.
          </p>
          <a class="button phone-button" href="/phone/signin">
            Enter a code
          </a>
        </section>
      )}
      {!window.isSecureContext && (
        <p class="phone-plain">
          This address is not secure (http): the page cannot be opened without signal.
        </p>
      )}
      <News />
    </>
  );
}

function News() {
  const news = state.news.value;
  return (
    <div aria-live="assertive">
      {news.length > 0 && (
        <section class="phone-banner news" aria-labelledby="news">
          <h2 id="news">Operations changed your round</h2>
          <ul>
            {news.map((line) => (
              <li key={line}>{line}</li>
            ))}
          </ul>
          <button type="button" class="phone-button" onClick={() => void readNews()}>
            Understood
          </button>
        </section>
      )}
    </div>
  );
}
