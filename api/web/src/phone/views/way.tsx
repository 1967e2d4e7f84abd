/** The way to a stop: how far, the turns in words, and the phone's own navigation. */
import { distance } from "../../shared/words";
import { nameOf } from "../rules/changes";
import { navigationTo } from "../rules/geo";
import type { StopView } from "../rules/overlay";
import { turnText } from "../rules/turns";
import type { Step } from "../rules/types";
import { Arrow, Check, Round } from "./icons";
import { wayTo, wayWords } from "./leg";

const FIRST = 2;

export function Way({ view }: { view: StopView }) {
  const { stop } = view;
  if (stop.kind === "break" || view.outcome !== null) {
    return null;
  }
  const leg = wayTo(view);
  const long = wayWords(view);
  const { lon, lat } = stop.position;
  return (
    <section class="phone-way" aria-label="The way there">
      <div class="phone-way-head">
        {long && <p>{long} from the stop before</p>}
        <a
          class="button phone-button"
          href={navigationTo([lon, lat], nameOf(stop), navigator.userAgent)}
        >
          Navigate
        </a>
      </div>
      {leg !== null && leg.steps.length > 0 && <Turns steps={leg.steps} place={nameOf(stop)} />}
    </section>
  );
}

function Turns({ steps, place }: { steps: readonly Step[]; place: string }) {
  const rest = steps.slice(FIRST);
  return (
    <>
      <ol class="phone-turns">
        {steps.slice(0, FIRST).map((step, n) => (
          <Turn key={`${n}-${step.lon}`} step={step} place={place} />
        ))}
      </ol>
      {rest.length > 0 && (
        <details class="phone-more">
          <summary>
            {rest.length} more {rest.length === 1 ? "turn" : "turns"}
          </summary>
          <ol class="phone-turns" start={FIRST + 1}>
            {rest.map((step, n) => (
              <Turn key={`${n}-${step.lon}`} step={step} place={place} />
            ))}
          </ol>
        </details>
      )}
    </>
  );
}

function Turn({ step, place }: { step: Step; place: string }) {
  return (
    <li>
      <Sign step={step} />
      <span>{turnText(step, place)}</span>
      {step.distance_m > 0 && <span class="quiet">{distance(step.distance_m)}</span>}
    </li>
  );
}

const TURNS: Readonly<Record<string, number>> = {
  uturn: 180,
  "sharp right": 135,
  right: 90,
  "slight right": 45,
  straight: 0,
  "slight left": -45,
  left: -90,
  "sharp left": -135,
};

function Sign({ step }: { step: Step }) {
  if (step.maneuver === "arrive") {
    return <Check />;
  }
  if (step.maneuver === "roundabout" || step.maneuver === "rotary") {
    return <Round />;
  }
  return <Arrow turn={TURNS[step.modifier ?? ""] ?? 0} />;
}
