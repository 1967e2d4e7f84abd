/** Why bins were left out, and why crews skipped them. */
import { words } from "../../shared/words";
import type { Figures } from "./page";
import { signed } from "./told";

export function Reasons({ data }: { data: Figures }) {
  return (
    <div class="figures-reasons">
      <ReasonTable data={data} what="left_out" title="Left out, by reason" unit="Bin days" />
      <ReasonTable data={data} what="skipped" title="Skipped by crews" unit="Bins" />
    </div>
  );
}

function ReasonTable(props: { data: Figures; what: string; title: string; unit: string }) {
  const rows = props.data.reasons.filter((one) => one.what === props.what);
  return (
    <section>
      <h2>{props.title}</h2>
      {rows.length === 0 ? (
        <p class="quiet">None is known in these days or before.</p>
      ) : (
        <table>
          <thead>
            <tr>
              <th scope="col">Reason</th>
              <th scope="col" class="number">
                {props.unit}
              </th>
              <th scope="col" class="number">
                Before
              </th>
              <th scope="col" class="number">
                Difference
              </th>
            </tr>
          </thead>
          <tbody>
            {rows.map((one) => (
              <tr key={one.reason} data-reason={`${one.what}:${one.reason}`}>
                <th scope="row">{words(one.reason)}</th>
                <td class="number">{one.value}</td>
                <td class="number">{one.before}</td>
                <td class="number">{signed(one.value - one.before, 0)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}
