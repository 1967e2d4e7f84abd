/** The bins a plan left out: by reason, with what would change it; searched by bin and name. */
import { useState } from "preact/hooks";
import { api, type Schemas } from "../../shared/api";
import { words } from "../../shared/words";
import { mayChange } from "./may";
import type { Moving } from "./move";
import { MoveDialog } from "./move-dialog";
import { type DepotDay, useRead } from "./use-day";

type Group = Schemas["LeftOutGroup"];
type Page = Schemas["LeftOutPage"];
const SHOWN = 200;

interface Props {
  readonly depot: DepotDay;
  readonly planId: string;
}

export function LeftOut({ depot, planId }: Props) {
  const groups = depot.left_out;
  const [search, setSearch] = useState("");
  const [reason, setReason] = useState<string | null>(null);
  const all = groups.reduce((sum, group) => sum + group.count, 0);
  if (all === 0) {
    return <p class="quiet">No bin was left out.</p>;
  }
  return (
    <section class="day-left-out" aria-labelledby="day-left-out">
      <h2 id="day-left-out">{all} bins left out</h2>
      <ul class="day-groups">
        {groups.map((group) => (
          <li key={group.reason}>
            <button
              type="button"
              aria-pressed={reason === group.reason}
              onClick={() => setReason(reason === group.reason ? null : group.reason)}
            >
              {group.count} {words(group.reason)}
            </button>
            <span>{group.meaning}.</span>
            <span class="quiet">What would change it: {group.remedy}.</span>
          </li>
        ))}
      </ul>
      <label>
        Search bins left out
        <input type="search" value={search} onInput={(e) => setSearch(e.currentTarget.value)} />
      </label>
      {(search !== "" || reason !== null) && (
        <Found depot={depot} planId={planId} reason={reason} search={search} />
      )}
    </section>
  );
}

interface Asked {
  readonly depot: DepotDay;
  readonly planId: string;
  readonly reason: string | null;
  readonly search: string;
}

function Found({ depot, planId, reason, search }: Asked) {
  const { data, problem } = useRead(`${planId} ${reason} ${search}`, async (signal) => {
    const query = {
      limit: SHOWN,
      ...(reason === null ? {} : { reason: reason as Group["reason"] }),
      ...(search === "" ? {} : { search }),
    };
    const { data } = await api.GET("/plans/{plan_id}/left-out", {
      params: { path: { plan_id: planId }, query },
      signal,
    });
    return data as Page;
  });
  const [moving, setMoving] = useState<Moving | null>(null);
  const movable = mayChange() && depot.rounds.length > 0 && depot.day >= depot.today;
  if (data === null) {
    return <p role={problem ? "alert" : "status"}>{problem ?? "Reading"}</p>;
  }
  return (
    <>
      <p role="status">
        {data.next === null ? `${data.items.length} bins` : `The first ${SHOWN} bins`}
      </p>
      <ul class="day-found">
        {data.items.map((one) => (
          <li key={one.bin_id}>
            <a href={`/ops/bins/${encodeURIComponent(one.bin_id)}`}>{one.name ?? one.bin_id}</a>{" "}
            <span class="quiet">{one.bin_id}</span>
            <span class="day-line">
              {words(one.reason)}: {one.detail}
            </span>
            {movable && (
              <button
                type="button"
                aria-label={`Put ${one.name ?? one.bin_id} on a round`}
                onClick={() => setMoving({ name: one.name ?? one.bin_id, binId: one.bin_id })}
              >
                Put on a round
              </button>
            )}
          </li>
        ))}
      </ul>
      {moving !== null && <MoveDialog depot={depot} what={moving} close={() => setMoving(null)} />}
    </>
  );
}
