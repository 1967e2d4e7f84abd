/** The stops of the selected round, in order; each open one can be put elsewhere. */
import { useState } from "preact/hooks";
import { useLive } from "./live-day";
import { mayChange } from "./may";
import type { Moving, Target } from "./move";
import { MoveDialog } from "./move-dialog";
import { end } from "./round-card";
import { StopRow, stopName } from "./stop-row";
import { type DepotDay, type RoundStops, type StopNow, useRound } from "./use-day";

interface Props {
  readonly depot: DepotDay;
  readonly roundId: string;
  /** The address of all rounds. */
  readonly close: string;
}

export function RoundPanel({ depot, roundId, close }: Props) {
  const { data: round, problem, reload } = useRound(roundId);
  useLive(reload, (event) => !("round_id" in event) || event.round_id === roundId);
  return (
    <section class="day-panel" aria-label="Stops of the selected round">
      <p>
        <a href={close}>All rounds</a>
      </p>
      {problem !== null && <p role="alert">{problem}</p>}
      {round === null ? (
        problem === null && <p class="quiet">Reading the round</p>
      ) : (
        <>
          <h2>{round.vehicle_name}</h2>
          <p>
            {end(round, round.timezone)}. {round.expected.reason}.
          </p>
          <details>
            <summary>How that is expected</summary>
            <p class="quiet">{round.expected.method}.</p>
          </details>
          <Stops depot={depot} round={round} />
        </>
      )}
    </section>
  );
}

interface Moved {
  readonly what: Moving;
  readonly dropped: Target | null;
}

function Stops({ depot, round }: { readonly depot: DepotDay; readonly round: RoundStops }) {
  const [dragged, setDragged] = useState<StopNow | null>(null);
  const [moved, setMoved] = useState<Moved | null>(null);
  const movable = mayChange() && depot.day >= depot.today;
  const asMoving = (stop: StopNow): Moving => ({
    name: stopName(stop),
    stopId: stop.stop_id,
    roundId: round.round_id,
  });
  const drop = (to: Target) => {
    if (dragged !== null) {
      setMoved({ what: asMoving(dragged), dropped: to });
      setDragged(null);
    }
  };
  return (
    <>
      {movable && <Elsewhere depot={depot} from={round.round_id} dragged={dragged} drop={drop} />}
      <div class="day-scroll">
        <table class="day-stops">
          <thead>
            <tr>
              <th scope="col">#</th>
              <th scope="col">Stop</th>
              <th scope="col">Planned</th>
              <th scope="col">Marked</th>
            </tr>
          </thead>
          <tbody>
            {round.stops.map((stop) => {
              const open = stop.outcome === null;
              return (
                <StopRow
                  key={stop.stop_id}
                  stop={stop}
                  zone={round.timezone}
                  move={
                    movable && open ? () => setMoved({ what: asMoving(stop), dropped: null }) : null
                  }
                  drag={setDragged}
                  takes={open && dragged !== null && dragged.stop_id !== stop.stop_id}
                  drop={() => drop({ roundId: round.round_id, beforeStopId: stop.stop_id })}
                />
              );
            })}
          </tbody>
        </table>
      </div>
      {moved !== null && (
        <MoveDialog
          depot={depot}
          what={moved.what}
          dropped={moved.dropped}
          close={() => setMoved(null)}
        />
      )}
    </>
  );
}

interface ElsewhereProps {
  readonly depot: DepotDay;
  readonly from: string;
  readonly dragged: StopNow | null;
  readonly drop: (to: Target) => void;
}

/** Where a dragged stop may go beside its own round; the button of each stop does the same. */
function Elsewhere({ depot, from, dragged, drop }: ElsewhereProps) {
  const places: [string, Target][] = [
    ...depot.rounds
      .filter((one) => one.round_id !== from)
      .map((one): [string, Target] => [
        one.vehicle_name,
        { roundId: one.round_id, beforeStopId: null },
      ]),
    ["off its round", { roundId: null, beforeStopId: null }],
  ];
  return (
    <>
      <p class="quiet">Drag a stop to another place or round, or use its button.</p>
      <ul class="day-chips day-targets" aria-label="Other rounds to drop a stop on">
        {places.map(([name, to]) => (
          <li
            key={name}
            class={dragged === null ? undefined : "day-takes"}
            onDragOver={(event) => dragged !== null && event.preventDefault()}
            onDrop={(event) => {
              event.preventDefault();
              drop(to);
            }}
          >
            {name}
          </li>
        ))}
      </ul>
    </>
  );
}
