/** Who this is, how the app stands on this phone, and the way out. */

import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { askToKeep } from "../state/room";
import { choose, SCHEMES, scheme } from "../state/scheme";
import { signOut } from "../state/session";
import * as state from "../state/state";
import { tryNow } from "../state/sync";
import { Install } from "./install";
import { Title } from "./title";

const SCHEME_WORDS = { system: "As the phone", light: "Light", dark: "Dark" };

export function MePage() {
  const crew = state.who.value;
  const round = state.round.value;
  return (
    <section class="phone-me">
      <Title>{round?.crew?.name ?? crew?.name}</Title>
      {round && (
        <p>
          {round.vehicle?.name ?? round.vehicle_id}
          {round.depot && `, ${round.depot.name}`}
        </p>
      )}
      <fieldset class="phone-choice">
        <legend>Screen</legend>
        {SCHEMES.map((one) => (
          <button
            key={one}
            type="button"
            aria-pressed={scheme.value === one}
            onClick={() => choose(one)}
          >
            {SCHEME_WORDS[one]}
          </button>
        ))}
      </fieldset>
      <Install />
      <Kept />
      <SignOut />
    </section>
  );
}

function Kept() {
  const safe = useSignal<boolean | null>(null);
  useEffect(() => {
    void askToKeep().then((answer) => {
      safe.value = answer;
    });
  }, [safe]);
  return (
    <>
      <h2>Without signal</h2>
      <p>
        {window.isSecureContext
          ? "The round and the app are on this phone: they open without signal. What you mark waits here and goes by itself."
          : "This address is not secure (http). What you mark is kept, but the app cannot be opened without signal: ask operations for its https address."}
      </p>
      {safe.value === false && (
        <p class="quiet">
          This browser may clear what is kept when the phone's memory is full. Put Brimful on the
          home screen to prevent it.
        </p>
      )}
    </>
  );
}

function SignOut() {
  const asked = useSignal(false);
  const wrong = useSignal(false);
  const waiting = state.waiting.value.length;
  const out = async () => {
    wrong.value = !(await signOut());
  };
  return (
    <div class="phone-out">
      {!asked.value || waiting === 0 ? (
        <button
          type="button"
          class="phone-button"
          onClick={() => {
            asked.value = true;
            if (waiting === 0) {
              void out();
            }
          }}
        >
          Sign out
        </button>
      ) : (
        <div class="phone-note danger" role="alert">
          <p>
            {waiting} {waiting === 1 ? "mark is" : "marks are"} not sent yet. Send them first. If
            you sign out now they stay on this phone until the same crew signs in on it again.
          </p>
          <div class="phone-actions">
            <button type="button" class="phone-button" onClick={() => void out()}>
              Sign out anyway
            </button>
            <button type="button" class="primary phone-strong" onClick={() => void tryNow()}>
              Send now
            </button>
          </div>
        </div>
      )}
      {wrong.value && (
        <p class="phone-wrong" role="alert">
          No signal: signing out needs the server once.
        </p>
      )}
    </div>
  );
}
