/** Where people and crews are signed in. */
import { api, type Schemas } from "../../shared/api";
import { words } from "../../shared/words";
import { When } from "../lists/parts";
import { useAction } from "./act";
import { Failed } from "./failed";

interface Props {
  readonly sessions: readonly Schemas["SessionListed"][];
  readonly reload: () => void;
}

export function Sessions({ sessions, reload }: Props) {
  const { act, busy, error } = useAction(reload);
  const end = (session_id: string) =>
    act(() => api.DELETE("/sessions/{session_id}", { params: { path: { session_id } } }));
  return (
    <section aria-labelledby="people-sessions">
      <h2 id="people-sessions">Signed in now</h2>
      <Failed error={error} />
      {sessions.length === 0 && <p class="lists-state">Nobody is signed in.</p>}
      <div class="lists-scroll">
        <table class="lists-cards">
          <thead>
            <tr>
              <th scope="col">Who</th>
              <th scope="col">Role</th>
              <th scope="col">With</th>
              <th scope="col">Since</th>
              <th scope="col">Last seen</th>
              <td />
            </tr>
          </thead>
          <tbody>
            {sessions.map((session) => (
              <tr key={session.session_id}>
                <td data-name="Who">
                  {session.name} <small>{session.user_name ?? session.crew_id}</small>
                </td>
                <td data-name="Role">{words(session.role)}</td>
                <td data-name="With">
                  {session.device}
                  {session.is_this && <small>this one</small>}
                </td>
                <td data-name="Since">
                  <When at={session.started_at} none="" />
                </td>
                <td data-name="Last seen">
                  <When at={session.last_seen_at} none="" />
                </td>
                <td>
                  <button
                    type="button"
                    disabled={busy}
                    onClick={() => end(session.session_id)}
                    aria-label={`End the session of ${session.name} with ${session.device}`}
                  >
                    End
                  </button>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}
