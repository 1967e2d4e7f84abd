/** Tokens of programs; `brimful token create` makes one. */
import { api, type Schemas } from "../../shared/api";
import { words } from "../../shared/words";
import { When } from "../lists/parts";
import { useAction } from "./act";
import { Failed } from "./failed";

interface Props {
  readonly tokens: readonly Schemas["TokenListed"][];
  readonly reload: () => void;
}

export function Tokens({ tokens, reload }: Props) {
  const { act, busy, error } = useAction(reload);
  const valid = tokens.filter((token) => token.revoked_at === null);
  const revoke = (token_id: string) =>
    act(() => api.DELETE("/tokens/{token_id}", { params: { path: { token_id } } }));
  return (
    <section aria-labelledby="people-tokens">
      <h2 id="people-tokens">Tokens of programs</h2>
      <p class="quiet">
        <code>brimful token create</code> on the server makes one.{" "}
        {tokens.length > valid.length && `${tokens.length - valid.length} more are revoked.`}
      </p>
      <Failed error={error} />
      {valid.length > 0 && (
        <div class="lists-scroll">
          <table class="lists-cards">
            <thead>
              <tr>
                <th scope="col">Name</th>
                <th scope="col">Role</th>
                <th scope="col">Made</th>
                <th scope="col">Expires</th>
                <td />
              </tr>
            </thead>
            <tbody>
              {valid.map((token) => (
                <tr key={token.token_id}>
                  <td data-name="Name">{token.name}</td>
                  <td data-name="Role">
                    {words(token.role)} {token.crew_id && <small>{token.crew_id}</small>}
                  </td>
                  <td data-name="Made">
                    <When at={token.created_at} none="" />
                  </td>
                  <td data-name="Expires">
                    <When at={token.expires_at} none="never" />
                  </td>
                  <td>
                    <button
                      type="button"
                      disabled={busy}
                      onClick={() => revoke(token.token_id)}
                      aria-label={`Revoke ${token.name}`}
                    >
                      Revoke
                    </button>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}
