/** What crews and sensors disagree on, the newest first. */
import { words } from "../../shared/words";
import { When } from "../lists/parts";
import type { Work } from "./page";

type Item = Work["items"][number];

export function EmptyingTable({ work }: { work: Work }) {
  return (
    <table class="lists-cards">
      <caption class="visually-hidden">Emptyings on which crews and sensors disagree</caption>
      <thead>
        <tr>
          <th scope="col">What</th>
          <th scope="col">When</th>
          <th scope="col">Bin</th>
          <th scope="col">Crew</th>
          <th scope="col">Planned</th>
          <th scope="col">Marked</th>
          <th scope="col" class="number">
            Before
          </th>
          <th scope="col" class="number">
            After
          </th>
          <th scope="col">Why it is here</th>
        </tr>
      </thead>
      <tbody>
        {work.items.map((one) => (
          <Row key={`${one.kind} ${one.bin_id} ${one.at} ${one.stop_id}`} item={one} />
        ))}
      </tbody>
    </table>
  );
}

function Row({ item }: { item: Item }) {
  return (
    <tr data-bin={item.bin_id}>
      <td data-name="What">{words(item.kind)}</td>
      <td data-name="When">
        <When at={item.at} none="" />
      </td>
      <td data-name="Bin">
        <a href={`/ops/bins/${encodeURIComponent(item.bin_id)}`}>{item.bin_name}</a>
        <small>
          {item.bin_id} · {item.stream} · {item.depot_id}
        </small>
      </td>
      <td data-name="Crew">
        {item.vehicle_id === null ? (
          <span class="quiet">on no round</span>
        ) : (
          <>
            {item.crew_id ?? "no crew"}
            <small>{item.vehicle_id}</small>
          </>
        )}
      </td>
      <td data-name="Planned">
        <When at={item.arrives_at} none="not planned" />
      </td>
      <td data-name="Marked">
        <When at={item.reported_at} none="no mark" />
      </td>
      <td data-name="Before" class="number">
        {level(item.fill_before_pct)}
      </td>
      <td data-name="After" class="number">
        {level(item.fill_after_pct)}
      </td>
      <td data-name="Why it is here">{item.detail}</td>
    </tr>
  );
}

function level(fill: number | null): string {
  return fill === null ? "not known" : `${Math.round(fill)} %`;
}
