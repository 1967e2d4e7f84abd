/** One mark of a stop: what it says, who made it with which phone, when, with its photos. */
import type { ComponentChildren } from "preact";
import { words } from "../../shared/words";
import { When } from "../lists/parts";
import type { Conflict } from "./conflicts";

type Mark = Conflict["marks"][number];

export function MarkCard({ mark, children }: { mark: Mark; children: ComponentChildren }) {
  return (
    <section class="conflict-mark">
      <h4>
        {words(mark.outcome)}
        {mark.skip_reason && `: ${words(mark.skip_reason)}`}
        {mark.in_force && <span class="conflict-holds">holds now</span>}
      </h4>
      <dl>
        <dt>Who</dt>
        <dd>{mark.reported_by}</dd>
        <dt>Phone</dt>
        <dd>{mark.device_id === null ? "not known" : mark.device_id.slice(0, 8)}</dd>
        <dt>Made</dt>
        <dd>
          <When at={mark.reported_at} none="" />
        </dd>
        <dt>Arrived</dt>
        <dd>
          <When at={mark.received_at} none="" />
        </dd>
        {mark.weight_kg !== null && (
          <>
            <dt>Weight</dt>
            <dd>{mark.weight_kg} kg</dd>
          </>
        )}
        <dt>Note</dt>
        <dd>{mark.note || <span class="quiet">none</span>}</dd>
      </dl>
      {mark.photos.map((photo, n) => (
        <a key={photo} href={`/photos/${photo}`} target="_blank" rel="noreferrer">
          <img
            src={`/photos/${photo}`}
            alt={`${n + 1} of ${mark.photos.length} photos by ${mark.reported_by}`}
            loading="lazy"
          />
        </a>
      ))}
      {children}
    </section>
  );
}
