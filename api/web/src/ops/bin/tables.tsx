import { dayAndClock } from "../../shared/words";
import { type Bands, type Day, daysOf, type History } from "./figures";

interface FiguresProps {
  readonly history: History;
  readonly bands: Bands;
  readonly timeZone: string | undefined;
}

/** One figure in so many hours of the forecast is enough to be read. */
const EVERY = 6;

/** The chart as figures, for who cannot see it or wants to know exactly. */
export function ChartFigures({ history, bands, timeZone }: FiguresProps) {
  const days = daysOf(history, timeZone);
  const percent = (value: number | null) => (value === null ? "–" : `${Math.round(value)} %`);
  return (
    <details class="ops-bin-figures">
      <summary>The same as figures</summary>
      <div class="ops-bin-wide">
        <table>
          <caption>
            Levels by day{history.readings > history.fill_pct.length ? ", thinned" : ""}
          </caption>
          <thead>
            <tr>
              <th scope="col">Day</th>
              <th scope="col">Lowest</th>
              <th scope="col">Highest</th>
              <th scope="col">Last</th>
              <th scope="col">Believed</th>
              <th scope="col">Not believed</th>
            </tr>
          </thead>
          <tbody>
            {days.map((day: Day) => (
              <tr key={day.day}>
                <th scope="row">{day.day}</th>
                <td>{percent(day.lowest)}</td>
                <td>{percent(day.highest)}</td>
                <td>{percent(day.last)}</td>
                <td>{day.believed}</td>
                <td>{day.doubted}</td>
              </tr>
            ))}
          </tbody>
        </table>
        {bands.at.length > 0 && bands.emptied_at === null && (
          <table>
            <caption>Forecast, every {EVERY} hours</caption>
            <thead>
              <tr>
                <th scope="col">At</th>
                <th scope="col">With 10 % less than</th>
                <th scope="col">Median</th>
                <th scope="col">With 90 % less than</th>
              </tr>
            </thead>
            <tbody>
              {bands.at.map((at, n) =>
                n % EVERY ? null : (
                  <tr key={at}>
                    <th scope="row">{dayAndClock(at, timeZone)}</th>
                    <td>{percent(bands.low_pct[n] ?? null)}</td>
                    <td>{percent(bands.median_pct[n] ?? null)}</td>
                    <td>{percent(bands.high_pct[n] ?? null)}</td>
                  </tr>
                ),
              )}
            </tbody>
          </table>
        )}
      </div>
    </details>
  );
}
