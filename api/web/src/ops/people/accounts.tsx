/** Accounts of people. */
import { useState } from "preact/hooks";
import { api, type Schemas } from "../../shared/api";
import { words } from "../../shared/words";
import { Dialog } from "../day/dialog";
import { When } from "../lists/parts";
import { fields, useAction } from "./act";
import { Change } from "./change";
import { Failed } from "./failed";

type Account = Schemas["AccountOut"];
type Role = Schemas["AccountIn"]["role"];

export const ROLES: readonly (readonly [role: Role, what: string])[] = [
  ["ops", "ops: reads and changes everything"],
  ["viewer", "viewer: reads what ops reads"],
  ["device_admin", "device admin: bins and sensors"],
];

export function Accounts(props: { accounts: readonly Account[]; reload: () => void }) {
  const [adding, setAdding] = useState(false);
  const [changing, setChanging] = useState<Account | null>(null);
  const close = () => {
    setAdding(false);
    setChanging(null);
  };
  const done = () => {
    close();
    props.reload();
  };
  return (
    <section aria-labelledby="people-accounts">
      <div class="people-head">
        <h2 id="people-accounts">Accounts</h2>
        <button type="button" class="primary" onClick={() => setAdding(true)}>
          Add somebody
        </button>
      </div>
      <div class="lists-scroll">
        <table class="lists-cards">
          <thead>
            <tr>
              <th scope="col">Name</th>
              <th scope="col">User name</th>
              <th scope="col">Role</th>
              <th scope="col">Signs in by</th>
              <th scope="col">Made</th>
              <th scope="col">Disabled</th>
              <td />
            </tr>
          </thead>
          <tbody>
            {props.accounts.map((account) => (
              <tr key={account.user_name} class={account.disabled_at ? "people-out" : ""}>
                <td data-name="Name">{account.name}</td>
                <td data-name="User name">{account.user_name}</td>
                <td data-name="Role">{words(account.role)}</td>
                <td data-name="Signs in by">{account.signs_in_by}</td>
                <td data-name="Made">
                  <When at={account.created_at} none="" />
                </td>
                <td data-name="Disabled">
                  <When at={account.disabled_at} none="no" />
                </td>
                <td>
                  <button
                    type="button"
                    onClick={() => setChanging(account)}
                    aria-label={`Change ${account.user_name}`}
                  >
                    Change
                  </button>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {adding && <Add close={close} done={done} />}
      {changing && <Change account={changing} close={close} done={done} />}
    </section>
  );
}

function Add({ close, done }: { close: () => void; done: () => void }) {
  const { act, busy, error } = useAction(done);
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    const given = fields(event.currentTarget);
    act(() =>
      api.POST("/accounts", {
        body: {
          user_name: (given.user_name ?? "").toLowerCase(),
          name: given.name ?? "",
          role: given.role as Role,
          password: given.password ?? "",
        },
      }),
    );
  };
  return (
    <Dialog title="Add somebody" close={close}>
      <form class="people-form" onSubmit={submit}>
        <label>
          Name
          <input name="name" required maxLength={100} autocomplete="off" />
        </label>
        <label>
          User name
          <input
            name="user_name"
            required
            maxLength={64}
            pattern="[A-Za-z0-9][A-Za-z0-9._@+\-]*"
            title="Letters a to z, digits and . _ @ + -"
            autocapitalize="none"
            autocomplete="off"
          />
        </label>
        <label>
          Role
          <select name="role">
            {ROLES.map(([role, what]) => (
              <option key={role} value={role}>
                {what}
              </option>
            ))}
          </select>
        </label>
        <label>
          First password, at least 12 characters
          <input
            name="password"
            type="password"
            minLength={12}
            maxLength={200}
            required
            autocomplete="new-password"
          />
        </label>
        <Failed error={error} />
        <button type="submit" class="primary" disabled={busy}>
          Add
        </button>
      </form>
    </Dialog>
  );
}
