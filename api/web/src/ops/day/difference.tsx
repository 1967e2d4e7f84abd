/** What a plan changes, in words and in numbers. */
import { clock, distance } from "../../shared/words";
import type { NameOf } from "./names";
import type { Difference } from "./use-plan";

interface Props {
  readonly found: Difference;
  readonly zone: string;
  readonly nameOf: NameOf;
}

export function DifferenceTold({ found, zone, nameOf }: Props) {
  return (
    <section aria-label="What changes">
      <ul class="day-words">
        {found.words.map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ul>
      <div class="day-scroll">
        <table>
          <caption class="visually-hidden">Each vehicle before and after</caption>
          <thead>
            <tr>
              <th scope="col">Vehicle</th>
              <th scope="col">Bins</th>
              <th scope="col">Way</th>
              <th scope="col">Back</th>
            </tr>
          </thead>
          <tbody>
            {found.vehicles.map((one) => (
              <tr key={one.vehicle_id}>
                <th scope="row">{nameOf(one.vehicle_id)}</th>
                <td>{fromTo(String(one.bins_before), String(one.bins_after))}</td>
                <td>{fromTo(distance(one.distance_before_m), distance(one.distance_after_m))}</td>
                <td>{fromTo(back(one.ended_at, zone), back(one.ends_at, zone))}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

function fromTo(before: string, after: string): string {
  return before === after ? after : `${before} → ${after}`;
}

function back(at: string | null, zone: string): string {
  return at === null ? "stays in" : clock(at, zone);
}
