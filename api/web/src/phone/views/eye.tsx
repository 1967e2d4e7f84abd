import { secondsSince } from "../../shared/words";
import { BY_EYE } from "../rules/fill";
import type { StopView } from "../rules/overlay";
import { reportLevel } from "../state/act";

const TODAY_S = 12 * 3600;

/** How full a bin without a sensor looks, in one tap. */
export function Eye({ view }: { view: StopView }) {
  const { stop, level, outcome } = view;
  if (stop.kind !== "bin" || stop.has_sensor !== false || outcome !== null) {
    return null;
  }
  const seen = level !== null && secondsSince(level.measured_at) < TODAY_S ? level.fill_pct : null;
  return (
    <fieldset class="phone-eye">
      <legend>No sensor here: how full does it look?</legend>
      {BY_EYE.map(({ fill_pct, word }) => (
        <button
          key={fill_pct}
          type="button"
          aria-pressed={seen !== null && Math.round(seen) === fill_pct}
          aria-label={`${word}, ${fill_pct} %`}
          onClick={() => void reportLevel(view, fill_pct)}
        >
          {word}
        </button>
      ))}
    </fieldset>
  );
}
