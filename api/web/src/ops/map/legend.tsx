import { STEPS } from "../../shared/levels";
import type { Filter } from "./filter";
import { COLOURS, KINDS, type Kind } from "./looks";
import { many } from "./say";
import type { Selection } from "./select";
import { ShapeIcon } from "./shape";

/** A small screen begins with the map, and a legend that can be opened. */
const ROOMY = matchMedia("(min-width: 75rem) and (min-height: 50rem)").matches;

interface LegendProps {
  readonly selection: Selection;
  readonly filter: Filter;
  readonly onChange: (change: Partial<Filter>) => void;
}

/** What shapes and colours mean, how many of each there are; a shape can be asked for alone. */
export function Legend({ selection, filter, onChange }: LegendProps) {
  const toggle = (kind: Kind, on: boolean) =>
    onChange({
      kinds: KINDS.map((one) => one.kind).filter((one) =>
        one === kind ? on : filter.kinds.includes(one),
      ),
    });
  return (
    <section class="ops-map-legend" aria-label="Legend">
      <details open={ROOMY}>
        <summary>Legend</summary>
        <div class="ops-map-meanings">
          <fieldset>
            <legend>Shape: trust. Ticked: only these.</legend>
            {KINDS.map(({ kind, name, meaning }, n) => (
              <label key={kind} title={meaning}>
                <input
                  type="checkbox"
                  checked={filter.kinds.includes(kind)}
                  onChange={(event) => toggle(kind, event.currentTarget.checked)}
                />
                <ShapeIcon kind={n} step={COLOURS.length} />
                <span>{name}</span>
                <span class="ops-map-count">{many(selection.kinds[n] ?? 0)}</span>
              </label>
            ))}
          </fieldset>
          <div class="ops-map-colours">
            <p>Colour: level. Larger: over its threshold ({many(selection.over)}).</p>
            <ul>
              {[...STEPS.map((step) => step.name), "not known"].map((name, n) => (
                <li key={name}>
                  <ShapeIcon kind={0} step={n} />
                  <span>{name}</span>
                  <span class="ops-map-count">{many(selection.steps[n] ?? 0)}</span>
                </li>
              ))}
            </ul>
          </div>
        </div>
      </details>
    </section>
  );
}
