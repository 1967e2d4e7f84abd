import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { api } from "../shared/api";
import type { Session } from "../shared/session";

/** User name and password, as password managers know them. */
export function PasswordForm({ onSignedIn }: { onSignedIn: (session: Session) => void }) {
  const asking = useSignal(false);
  const wrong = useSignal<string | null>(null);
  const first = useRef<HTMLInputElement>(null);
  const password = useRef<HTMLInputElement>(null);
  useEffect(() => first.current?.focus(), []);

  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    asking.value = true;
    wrong.value = null;
    try {
      const { data } = await api.POST("/session", {
        body: {
          user_name: first.current?.value ?? "",
          password: password.current?.value ?? "",
        },
      });
      if (data) {
        onSignedIn(data);
      }
    } catch (error) {
      wrong.value = (error as Error).message;
      password.current?.select();
    } finally {
      asking.value = false;
    }
  };

  const show = (shown: boolean) => {
    if (password.current !== null) {
      password.current.type = shown ? "text" : "password";
    }
  };

  return (
    // post: should the script fail, no password stands in an address
    <form class="signin-card" method="post" onSubmit={submit}>
      <h2>Sign in</h2>
      <label>
        User name
        <input
          ref={first}
          name="username"
          autocomplete="username"
          autocapitalize="none"
          spellcheck={false}
          required
        />
      </label>
      <label>
        Password
        <input
          ref={password}
          name="password"
          type="password"
          autocomplete="current-password"
          aria-describedby={wrong.value === null ? undefined : "signin-wrong"}
          required
        />
      </label>
      <label class="signin-check">
        <input type="checkbox" onChange={(event) => show(event.currentTarget.checked)} />
        Show the password
      </label>
      <div id="signin-wrong" role="alert">
        {wrong.value !== null && <p class="signin-wrong">{wrong.value}</p>}
      </div>
      <button type="submit" class="primary" disabled={asking.value}>
        {asking.value ? "Signing in ..." : "Sign in"}
      </button>
    </form>
  );
}
