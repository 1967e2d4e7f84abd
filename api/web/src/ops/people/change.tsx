/** Another name, role or password for an account; disable it, enable it again. */
import { api, type Schemas } from "../../shared/api";
import { Dialog } from "../day/dialog";
import { ROLES } from "./accounts";
import { fields, useAction } from "./act";
import { Failed } from "./failed";

interface Props {
  readonly account: Schemas["AccountOut"];
  readonly close: () => void;
  readonly done: () => void;
}

export function Change({ account, close, done }: Props) {
  const { act, busy, error } = useAction(done);
  const params = { path: { user_name: account.user_name } };
  const patch = (body: Schemas["AccountChange"]) =>
    act(() => api.PATCH("/accounts/{user_name}", { params, body }));
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    const given = fields(event.currentTarget);
    patch({
      name: given.name ?? null,
      role: given.role as Schemas["AccountIn"]["role"],
      password: given.password || null,
    });
  };
  const disabled = account.disabled_at !== null;
  return (
    <Dialog title={account.user_name} close={close}>
      <form class="people-form" onSubmit={submit}>
        <label>
          Name
          <input name="name" required maxLength={100} autocomplete="off" value={account.name} />
        </label>
        <label>
          Role
          <select name="role">
            {ROLES.map(([role, what]) => (
              <option key={role} value={role} selected={role === account.role}>
                {what}
              </option>
            ))}
          </select>
        </label>
        <label>
          New password; empty: as it is
          <input
            name="password"
            type="password"
            minLength={12}
            maxLength={200}
            autocomplete="new-password"
          />
        </label>
        <p class="quiet">A new password signs this person out everywhere.</p>
        <Failed error={error} />
        <div class="people-row">
          <button type="submit" class="primary" disabled={busy}>
            Save
          </button>
          <button
            type="button"
            disabled={busy}
            onClick={() => act(() => api.DELETE("/accounts/{user_name}/sessions", { params }))}
          >
            Sign out everywhere
          </button>
          <button
            type="button"
            class={disabled ? "" : "danger"}
            disabled={busy}
            onClick={() => patch({ disabled: !disabled })}
          >
            {disabled ? "Enable" : "Disable"}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
