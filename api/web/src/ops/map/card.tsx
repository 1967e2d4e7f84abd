import { useEffect, useRef } from "preact/hooks";
import { session } from "../../shared/session";
import { words } from "../../shared/words";
import { KINDS, stepOf } from "./looks";
import { RequestBin } from "./request";
import { fillText } from "./say";
import { ShapeIcon } from "./shape";
import { now } from "./store";
import { ageTold, fullTold, sourceTold, todayTold, trustTold } from "./told";
import { type BinWhole, useWholeBin, type Visits } from "./wholeBin";

interface CardProps {
  readonly binId: string;
  readonly onClose: () => void;
}

/** What has to be known of a bin at a glance, and what can be done about it. */
export function BinCard({ binId, onClose }: CardProps) {
  const { bin, visits, trouble, reload } = useWholeBin(binId, 1);
  const heading = useRef<HTMLHeadingElement>(null);
  const opener = useRef<Element | null>(null);
  const latest = useRef(onClose);
  useEffect(() => {
    opener.current = document.activeElement;
    heading.current?.focus();
  }, []);
  const close = () => {
    onClose();
    if (opener.current instanceof HTMLElement) {
      opener.current.focus();
    }
  };
  latest.current = close;
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => event.key === "Escape" && latest.current();
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, []);
  return (
    <section class="ops-map-card" aria-labelledby="ops-map-card-name">
      <header>
        <h2 id="ops-map-card-name" tabIndex={-1} ref={heading}>
          {bin?.name ?? binId}
        </h2>
        <button type="button" class="ops-map-close" aria-label="Close" onClick={close}>
          ×
        </button>
      </header>
      {trouble && (
        <p class="ops-map-trouble" role="alert">
          {trouble}
        </p>
      )}
      {bin ? <Facts bin={bin} visits={visits} /> : !trouble && <p>Loading…</p>}
      {bin && (
        <footer>
          <a class="button primary" href={`/ops/bins/${encodeURIComponent(binId)}`}>
            Open its page
          </a>
          {session.value?.role === "ops" && (
            <RequestBin bin={bin} timeZone={visits?.timezone} onChanged={reload} />
          )}
        </footer>
      )}
    </section>
  );
}

function Facts({ bin, visits }: { bin: BinWhole; visits: Visits | null }) {
  const { level } = bin;
  const zone = visits?.timezone;
  const fill = level.fill_pct ?? Number.NaN;
  const kind = bin.sensors.length === 0 ? "no_sensor" : level.trust;
  return (
    <>
      <p class="ops-map-big">
        <ShapeIcon kind={KINDS.findIndex((one) => one.kind === kind)} step={stepOf(fill)} />
        <strong>{fillText(level.fill_pct)}</strong>
        <span class="quiet">
          {bin.bin_id}: {words(bin.stream)}, {bin.capacity_l} l, due from {bin.threshold_pct} %
        </span>
      </p>
      <dl class="ops-map-facts">
        <dt>Age</dt>
        <dd>{ageTold(level, now.value, zone)}</dd>
        <dt>Trust</dt>
        <dd>{trustTold(level, zone)}</dd>
        <dt>Source</dt>
        <dd>{sourceTold(level)}</dd>
        <dt>Sensor</dt>
        <dd>
          {bin.sensors.length === 0
            ? "none is mounted"
            : bin.sensors.map((one) => `${words(one.health.state)}: ${one.health.why}`).join("; ")}
        </dd>
        <dt>Full</dt>
        <dd>{fullTold(bin, zone)}</dd>
        {visits && (
          <>
            <dt>Today</dt>
            <dd>{todayTold(visits)}</dd>
          </>
        )}
        {!bin.in_service && (
          <>
            <dt>Service</dt>
            <dd>out of service</dd>
          </>
        )}
        {bin.position === null && (
          <>
            <dt>Place</dt>
            <dd>nobody has said where it stands</dd>
          </>
        )}
      </dl>
    </>
  );
}
