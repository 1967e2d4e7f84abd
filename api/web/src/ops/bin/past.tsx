import { useMemo } from "preact/hooks";
import { useLocation } from "preact-iso";
import { dayAndClock } from "../../shared/words";
import type { BinWhole } from "../map/wholeBin";
import { LevelChart } from "./chart";
import { agreementTold, chartTold, daysOf, drawnOf, gradeTold } from "./figures";
import { ChartFigures } from "./tables";
import { type Past, usePast } from "./useHistory";

const RANGES = [7, 30, 90] as const;
const DAY_S = 86_400;
const AHEAD_S = 2 * DAY_S;

interface PastProps {
  readonly bin: BinWhole;
  readonly timeZone: string | undefined;
}

/** How the bin filled, how it will go on, when it was emptied. */
export function PastAndAhead({ bin, timeZone }: PastProps) {
  const { path, query, route } = useLocation();
  const days = RANGES.find((range) => String(range) === query.days) ?? 30;
  const past = usePast(bin.bin_id, days);
  return (
    <>
      <section aria-labelledby="ops-bin-past">
        <h2 id="ops-bin-past">Level and forecast</h2>
        <fieldset class="ops-bin-ranges">
          <legend class="visually-hidden">So far back</legend>
          {RANGES.map((range) => (
            <label key={range}>
              <input
                type="radio"
                name="days"
                checked={range === days}
                onChange={() => route(`${path}?days=${range}`, true)}
              />
              {range} days
            </label>
          ))}
        </fieldset>
        {past === null ? (
          <p class="ops-bin-empty">Loading its history…</p>
        ) : (
          <Chart bin={bin} past={past} days={days} timeZone={timeZone} />
        )}
      </section>
      {past?.emptyings && (
        <section aria-labelledby="ops-bin-emptyings">
          <h2 id="ops-bin-emptyings">Emptyings of {days} days</h2>
          <Emptyings emptyings={past.emptyings} timeZone={timeZone} />
        </section>
      )}
    </>
  );
}

interface ChartProps extends PastProps {
  readonly past: Past;
  readonly days: number;
}

function Chart({ bin, past, days, timeZone }: ChartProps) {
  const { history, bands, emptyings } = past;
  const { drawn, range, emptied, told } = useMemo(() => {
    const now = Date.now() / 1000;
    return {
      drawn: drawnOf(history, bands),
      range: [now - days * DAY_S, now + AHEAD_S] as const,
      emptied: (emptyings ?? []).map((one) => Date.parse(one.emptied_at) / 1000),
      told: chartTold(daysOf(history, timeZone), days),
    };
  }, [past, days, timeZone]);
  return (
    <>
      <LevelChart
        label={told}
        drawn={drawn}
        range={range}
        threshold={bin.threshold_pct}
        emptied={emptied}
        timeZone={timeZone}
      />
      <p class="quiet">
        Line: levels that are believed; circles: readings that are not. Dashed across: the threshold
        of {bin.threshold_pct} %. Marks on top: emptyings. Dashed, with its band: the forecast while
        nobody empties the bin; with 10 % it will be below the band, with 10 % above.
      </p>
      <p>
        {gradeTold(bands)}{" "}
        {bands.made_at !== null && `The forecast is of ${dayAndClock(bands.made_at, timeZone)}. `}
        {bands.emptied_at !== null &&
          `The bin was emptied ${dayAndClock(bands.emptied_at, timeZone)}, so it holds no more; the next plan makes another.`}
      </p>
      <ChartFigures history={history} bands={bands} timeZone={timeZone} />
    </>
  );
}

function Emptyings({
  emptyings,
  timeZone,
}: {
  emptyings: NonNullable<Past["emptyings"]>;
  timeZone: string | undefined;
}) {
  const percent = (value: number | null) =>
    value === null ? "not known" : `${Math.round(value)} %`;
  if (emptyings.length === 0) {
    return <p>None is known.</p>;
  }
  return (
    <div class="ops-bin-wide">
      <table>
        <thead>
          <tr>
            <th scope="col">When</th>
            <th scope="col">Known by</th>
            <th scope="col">Before</th>
            <th scope="col">After</th>
            <th scope="col">Crew and sensor</th>
          </tr>
        </thead>
        <tbody>
          {emptyings.map((one) => (
            <tr key={`${one.emptied_at} ${one.known_by}`}>
              <th scope="row">{dayAndClock(one.emptied_at, timeZone)}</th>
              <td>{one.known_by === "both" ? "crew and sensor" : one.known_by}</td>
              <td>{percent(one.fill_before_pct)}</td>
              <td>{percent(one.fill_after_pct)}</td>
              <td class={one.disagreement ? "ops-bin-odd" : ""}>{agreementTold(one)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
