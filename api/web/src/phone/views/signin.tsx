/** The way in: by the code that operations hands out, scanned, opened or typed. */

import { useState } from "preact/hooks";
import { useLocation } from "preact-iso";
import { codeIn } from "../rules/code";
import { signingIn, useCode } from "../state/session";
import * as state from "../state/state";
import { Title } from "./title";

export function SignInPage() {
  const [typed, setTyped] = useState("");
  const at = signingIn.value;
  const code = codeIn(typed);
  const { route } = useLocation();
  const enter = async (with_: string) => {
    await useCode(with_);
    if (signingIn.value.is === "asked") {
      route("/phone/");
    }
  };
  const submit = (event: Event) => {
    event.preventDefault();
    if (code !== null) {
      void enter(code);
    }
  };
  const kept = state.items.value.filter((item) => item.state === "waiting").length;
  return (
    <section class="phone-signin">
      <Title>Sign in</Title>
      <div aria-live="polite">
        {at.is === "trying" && <p>Signing in…</p>}
        {at.is === "refused" && (
          <div class="phone-note danger">
            <p>{at.why}</p>
          </div>
        )}
        {at.is === "no signal" && (
          <div class="phone-note">
            <p>No signal. Go where there is signal, then try again with the same code.</p>
            <button type="button" class="phone-button" onClick={() => void enter(at.code)}>
              Try again
            </button>
          </div>
        )}
      </div>
      <p>
        Scan the QR code from operations with this phone's camera, or type the code, or paste the
        link here. You do this once.
      </p>
      <form onSubmit={submit}>
        <label class="phone-field">
          Code or link
          <input
            value={typed}
            autocomplete="one-time-code"
            autocapitalize="off"
            spellcheck={false}
            onInput={(event) => setTyped(event.currentTarget.value)}
          />
        </label>
        <button
          type="submit"
          class="primary phone-strong"
          disabled={code === null || at.is === "trying"}
        >
          Sign in
        </button>
      </form>
      {kept > 0 && (
        <p class="quiet">
          {kept} marks wait on this phone. They go when the crew that made them signs in.
        </p>
      )}
    </section>
  );
}
