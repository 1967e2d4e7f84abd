import { words } from "../../shared/words";
import type { Bins } from "./columns";
import { EVERYTHING, type Filter, isEverything, TROUBLE } from "./filter";

interface FiltersProps {
  readonly bins: Bins;
  readonly filter: Filter;
  /** `typing`: a step of many, not to be gone back to one by one. */
  readonly onChange: (change: Partial<Filter>, typing?: boolean) => void;
}

/** Which bins are wanted. */
export function Filters({ bins, filter, onChange }: FiltersProps) {
  const healths = bins.healths.map((name) => [name, words(name)] as const);
  return (
    <search class="ops-map-filters" aria-label="Which bins">
      <label class="ops-map-search">
        Name or id
        <input
          type="search"
          value={filter.text}
          placeholder="part of it"
          onInput={(event) => onChange({ text: event.currentTarget.value }, true)}
        />
      </label>
      <Choice
        label="Stream"
        value={filter.stream}
        options={bins.streams.map((name) => [name, words(name)])}
        onChange={(stream) => onChange({ stream })}
      />
      {bins.areas.length > 0 && (
        <Choice
          label="Area"
          value={filter.area}
          options={bins.areas.map((name) => [name, name])}
          onChange={(area) => onChange({ area })}
        />
      )}
      {(bins.depots.length > 1 || filter.depot !== null) && (
        <Choice
          label="Depot"
          value={filter.depot}
          options={bins.depots.map((name) => [name, name])}
          onChange={(depot) => onChange({ depot })}
        />
      )}
      <Choice
        label="Sensor's health"
        value={filter.health}
        options={[[TROUBLE, "needs somebody"], ...healths]}
        onChange={(health) => onChange({ health })}
      />
      <label>
        At least, %
        <input
          type="number"
          min={0}
          max={100}
          step={5}
          value={filter.minFill ?? ""}
          placeholder="any"
          onChange={(event) => onChange({ minFill: event.currentTarget.valueAsNumber || null })}
        />
      </label>
      <Tick label="over the threshold" on={filter.over} onChange={(over) => onChange({ over })} />
      <Tick
        label="only what the map shows"
        on={filter.within}
        onChange={(within) => onChange({ within })}
      />
      <button type="button" disabled={isEverything(filter)} onClick={() => onChange(EVERYTHING)}>
        Show all
      </button>
    </search>
  );
}

interface ChoiceProps {
  readonly label: string;
  readonly value: string | null;
  readonly options: readonly (readonly [value: string, name: string])[];
  readonly onChange: (value: string | null) => void;
}

function Choice({ label, value, options, onChange }: ChoiceProps) {
  // an address may name what is not there any more
  const unknown = value !== null && !options.some(([one]) => one === value);
  return (
    <label>
      {label}
      <select value={value ?? ""} onChange={(event) => onChange(event.currentTarget.value || null)}>
        <option value="">all</option>
        {unknown && <option value={value}>{value} (not there)</option>}
        {options.map(([one, name]) => (
          <option key={one} value={one}>
            {name}
          </option>
        ))}
      </select>
    </label>
  );
}

interface TickProps {
  readonly label: string;
  readonly on: boolean;
  readonly onChange: (on: boolean) => void;
}

function Tick({ label, on, onChange }: TickProps) {
  return (
    <label class="ops-map-tick">
      <input
        type="checkbox"
        checked={on}
        onChange={(event) => onChange(event.currentTarget.checked)}
      />
      {label}
    </label>
  );
}
