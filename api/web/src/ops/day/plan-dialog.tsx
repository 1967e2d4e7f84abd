/** Plan the day, or the rest of it: how to choose, what has happened. It is proposed, never at once. */

import { useState } from "preact/hooks";
import { useLocation } from "preact-iso";
import { distance } from "../../shared/words";
import { ask, canReplan, firstWish, KEEPS, type Option, POLICIES, type Wish } from "./ask";
import { DIAL_M, dialTold, stepOf } from "./dial";
import { Dialog } from "./dialog";
import { chosen } from "./plan-facts";
import { type DepotDay, told } from "./use-day";
import { WhatHappened } from "./what-happened";

interface Props {
  readonly depot: DepotDay;
  readonly dayName: string;
  readonly close: () => void;
}

export function PlanDialog({ depot, dayName, close }: Props) {
  const { route } = useLocation();
  const [wish, setWish] = useState<Wish>(() => firstWish(depot));
  const [problem, setProblem] = useState<string | null>(null);
  const [asking, setAsking] = useState(false);
  const change = (changes: Partial<Wish>) => setWish({ ...wish, ...changes });
  const submit = async (event: Event) => {
    event.preventDefault();
    setAsking(true);
    try {
      const plan = await ask(depot, wish);
      route(`/ops/plans/${plan.plan_id}`);
    } catch (error) {
      setProblem(told(error));
      setAsking(false);
    }
  };
  return (
    <Dialog title={`Plan ${depot.name}, ${dayName}`} close={close}>
      <form onSubmit={submit}>
        <p>You will see what it changes before anything is accepted.</p>
        {canReplan(depot) && (
          <Choices
            name="What to plan"
            options={[
              ["rest", "Rest of the day", "from where the vehicles are; what is done is kept"],
              ["whole", "Whole day", "anew, with every vehicle empty and at the depot"],
            ]}
            value={wish.rest ? "rest" : "whole"}
            pick={(value) => change({ rest: value === "rest" })}
          />
        )}
        <Choices
          name="Which bins"
          options={POLICIES}
          value={wish.policy}
          pick={(policy) => change({ policy })}
        />
        {wish.policy === "prize" && <Dial depot={depot} wish={wish} change={change} />}
        {wish.rest && (
          <>
            <WhatHappened depot={depot} wish={wish} change={change} />
            <Choices
              name="What was promised"
              options={KEEPS}
              value={wish.keep}
              pick={(keep) => change({ keep })}
            />
          </>
        )}
        {problem !== null && (
          <p class="day-warning" role="alert">
            {problem}
          </p>
        )}
        <div class="day-buttons">
          <button type="submit" class="primary" disabled={asking}>
            {asking ? "Asking" : "Make a proposal"}
          </button>
          <button type="button" onClick={close}>
            Do nothing
          </button>
        </div>
      </form>
    </Dialog>
  );
}

interface ChoicesProps<T extends string> {
  readonly name: string;
  readonly options: readonly Option<T>[];
  readonly value: T;
  readonly pick: (value: T) => void;
}

function Choices<T extends string>({ name, options, value, pick }: ChoicesProps<T>) {
  return (
    <fieldset>
      <legend>{name}</legend>
      {options.map(([one, called, meaning]) => (
        <label key={one} class="day-choice">
          <input type="radio" name={name} checked={value === one} onChange={() => pick(one)} />
          <span>
            <strong>{called}</strong>: {meaning}
          </span>
        </label>
      ))}
    </fieldset>
  );
}

interface DialProps {
  readonly depot: DepotDay;
  readonly wish: Wish;
  readonly change: (changes: Partial<Wish>) => void;
}

function Dial({ depot, wish, change }: DialProps) {
  const { plan } = depot;
  const left = depot.left_out.find((group) => group.reason === "not_worth_detour")?.count ?? 0;
  const bins = depot.rounds.reduce((n, round) => n + round.bins, 0);
  const metres = depot.rounds.reduce((n, round) => n + round.distance_m, 0);
  return (
    <fieldset>
      <legend>Between cost and service</legend>
      <label>
        Metres we would drive to avoid one overflow: {distance(wish.dialM)}
        <input
          type="range"
          min={0}
          max={DIAL_M.length - 1}
          value={stepOf(wish.dialM)}
          aria-valuetext={distance(wish.dialM)}
          onInput={(e) => change({ dialM: DIAL_M[Number(e.currentTarget.value)] as number })}
        />
      </label>
      <p class="day-ends quiet">
        <span>fewer kilometres</span>
        <span>fewer overflows</span>
      </p>
      <p>{dialTold(wish.dialM)}</p>
      {plan !== null && (
        <p class="quiet">
          The plan in force ({chosen(plan)}): {bins} bins on rounds, {distance(metres)}, {left} bins
          left out because the way was not worth it.
        </p>
      )}
    </fieldset>
  );
}
