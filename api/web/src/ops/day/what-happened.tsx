/** Why the rest of a day is planned anew: vehicles, urgent bins, closed streets. */
import { useState } from "preact/hooks";
import { api, type Schemas } from "../../shared/api";
import type { Wish } from "./ask";
import { ClosedStreets } from "./closed-streets";
import { vehiclesOf } from "./names";
import { type DepotDay, useRead } from "./use-day";

interface Props {
  readonly depot: DepotDay;
  readonly wish: Wish;
  readonly change: (changes: Partial<Wish>) => void;
}

export function WhatHappened({ depot, wish, change }: Props) {
  const broken = new Set(depot.plan?.replan?.broken ?? []);
  const toggled = (list: readonly string[], id: string) =>
    list.includes(id) ? list.filter((one) => one !== id) : [...list, id];
  return (
    <fieldset>
      <legend>What has happened</legend>
      {vehiclesOf(depot).map(([id, name]) =>
        broken.has(id) ? (
          <label key={id} class="day-choice">
            <input
              type="checkbox"
              checked={wish.repaired.includes(id)}
              onChange={() => change({ repaired: toggled(wish.repaired, id) })}
            />
            <span>{name} is repaired and can go on</span>
          </label>
        ) : (
          <label key={id} class="day-choice">
            <input
              type="checkbox"
              checked={wish.broken.includes(id)}
              onChange={() => change({ broken: toggled(wish.broken, id) })}
            />
            <span>{name} broke down and cannot go on today</span>
          </label>
        ),
      )}
      <Urgent depot={depot} wish={wish} change={change} />
      <ClosedStreets
        text={wish.closed}
        change={(closed) => change({ closed })}
        around={depot.rounds.flatMap(({ last }) =>
          last === null ? [] : [[last.position.lon, last.position.lat] as const],
        )}
      />
      {depot.straight_lines && (
        <p class="quiet">Streets can only be closed where roads are known; this plan knows none.</p>
      )}
    </fieldset>
  );
}

function Urgent({ depot, wish, change }: Props) {
  const [search, setSearch] = useState("");
  const text = search.trim();
  return (
    <>
      <label>
        Bins that have to be emptied today, whatever their level
        <input
          type="search"
          placeholder="part of its name or id"
          value={search}
          onInput={(e) => setSearch(e.currentTarget.value)}
        />
      </label>
      {text.length >= 2 && depot.plan !== null && (
        <Matches
          planId={depot.plan.plan_id}
          text={text}
          taken={wish.urgent}
          pick={(binId) => {
            change({ urgent: [...wish.urgent, binId] });
            setSearch("");
          }}
        />
      )}
      {wish.urgent.length > 0 && (
        <ul class="day-chips" aria-label="Urgent bins">
          {wish.urgent.map((binId) => (
            <li key={binId}>
              <button
                type="button"
                aria-label={`Not urgent: ${binId}`}
                onClick={() => change({ urgent: wish.urgent.filter((one) => one !== binId) })}
              >
                {binId} ✕
              </button>
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

interface MatchesProps {
  readonly planId: string;
  readonly text: string;
  readonly taken: readonly string[];
  readonly pick: (binId: string) => void;
}

/** Bins that are on no round; whoever means another one names it whole. */
function Matches({ planId, text, taken, pick }: MatchesProps) {
  const { data } = useRead(`${planId} ${text}`, async (signal) => {
    const { data } = await api.GET("/plans/{plan_id}/left-out", {
      params: { path: { plan_id: planId }, query: { search: text, limit: 6 } },
      signal,
    });
    return data as Schemas["LeftOutPage"];
  });
  const found = (data?.items ?? []).filter((one) => !taken.includes(one.bin_id));
  const whole = found.some((one) => one.bin_id === text) || taken.includes(text);
  return (
    <ul class="day-chips" aria-label="Bins found">
      {found.map((one) => (
        <li key={one.bin_id}>
          <button type="button" onClick={() => pick(one.bin_id)}>
            {one.name ?? one.bin_id} ({one.bin_id})
          </button>
        </li>
      ))}
      {!whole && data !== null && (
        <li>
          <button type="button" onClick={() => pick(text)}>
            the bin with the id {text}
          </button>
        </li>
      )}
    </ul>
  );
}
