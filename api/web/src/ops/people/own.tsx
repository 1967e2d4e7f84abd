/** One's own account: who one is here, and another password. */
import { useState } from "preact/hooks";
import { api } from "../../shared/api";
import { session } from "../../shared/session";
import { dayAndClock, words } from "../../shared/words";
import { fields, useAction } from "./act";
import { Failed } from "./failed";
import "./people.css";

export default function OwnPage() {
  const who = session.value;
  return (
    <section class="ops-text">
      <h1>Your account</h1>
      {who && (
        <p>
          You are signed in as <strong>{who.name}</strong> ({words(who.role)})
          {who.ends_at && `, until ${dayAndClock(who.ends_at)} at the latest`}.
        </p>
      )}
      {who?.kind === "person" && <Password userName={who.user_name ?? ""} />}
    </section>
  );
}

function Password({ userName }: { userName: string }) {
  const [changed, setChanged] = useState(false);
  const { act, busy, error } = useAction(() => setChanged(true));
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    setChanged(false);
    const form = event.currentTarget as HTMLFormElement;
    const given = fields(form);
    act(async () => {
      await api.PUT("/session/password", {
        body: { password: given.password ?? "", new_password: given.new_password ?? "" },
      });
      form.reset();
    });
  };
  return (
    <form class="people-form people-own" onSubmit={submit} method="post">
      <h2>Another password</h2>
      <input type="hidden" name="username" autocomplete="username" value={userName} />
      <label>
        Password so far
        <input name="password" type="password" required autocomplete="current-password" />
      </label>
      <label>
        New password, at least 12 characters
        <input
          name="new_password"
          type="password"
          minLength={12}
          maxLength={200}
          required
          autocomplete="new-password"
        />
      </label>
      <Failed error={error} />
      <button type="submit" class="primary" disabled={busy}>
        Change it
      </button>
      <p role="status">{changed && "It is changed. You are signed out everywhere but here."}</p>
    </form>
  );
}
