/** Crews, and the links their phones sign in with. */
import { useState } from "preact/hooks";
import { api, type Schemas } from "../../shared/api";
import { useAction } from "./act";
import { Failed } from "./failed";
import { LinkDialog } from "./link";

interface Props {
  readonly crews: readonly Schemas["CrewListed"][];
  readonly sessions: readonly Schemas["SessionListed"][];
  readonly reload: () => void;
}

export function Crews({ crews, sessions, reload }: Props) {
  const [linked, setLinked] = useState<{ name: string; link: Schemas["CrewLink"] } | null>(null);
  const { act, busy, error } = useAction(() => undefined);
  const link = (crew: Schemas["CrewListed"]) =>
    act(async () => {
      const params = { path: { crew_id: crew.crew_id } };
      const { data } = await api.POST("/crews/{crew_id}/links", { params });
      if (data) {
        setLinked({ name: crew.name, link: data });
      }
    });
  return (
    <section aria-labelledby="people-crews">
      <h2 id="people-crews">Crews</h2>
      <Failed error={error} />
      {crews.length === 0 && <p class="lists-state">No crew is registered.</p>}
      <div class="lists-scroll">
        <table class="lists-cards">
          <thead>
            <tr>
              <th scope="col">Crew</th>
              <th scope="col">Vehicle</th>
              <th scope="col">Phones signed in</th>
              <td />
            </tr>
          </thead>
          <tbody>
            {crews.map((crew) => (
              <tr key={crew.crew_id}>
                <td data-name="Crew">
                  {crew.name} <small>{crew.crew_id}</small>
                </td>
                <td data-name="Vehicle">{crew.vehicle_id ?? "none"}</td>
                <td data-name="Phones signed in">
                  {sessions.filter((one) => one.crew_id === crew.crew_id).length}
                </td>
                <td>
                  <button
                    type="button"
                    disabled={busy}
                    onClick={() => link(crew)}
                    aria-label={`Link for a phone of ${crew.name}`}
                  >
                    Link for a phone
                  </button>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {linked && (
        <LinkDialog
          crew={linked.name}
          link={linked.link}
          close={() => {
            setLinked(null);
            reload();
          }}
        />
      )}
    </section>
  );
}
