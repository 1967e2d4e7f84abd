import { useEffect } from "preact/hooks";
import { useRoute } from "preact-iso";
import { session } from "../../shared/session";
import { words } from "../../shared/words";
import { KINDS, stepOf } from "../map/looks";
import { RequestBin } from "../map/request";
import { fillText } from "../map/say";
import { ShapeIcon } from "../map/shape";
import { now, tick } from "../map/store";
import { ageTold, fullTold, sourceTold, todayTold, trustTold } from "../map/told";
import { type BinWhole, useWholeBin, type Visits } from "../map/wholeBin";
import "../map/bin-bits.css";
import "./bin.css";
import { PastAndAhead } from "./past";
import { RegistryFacts } from "./registry";
import { Rounds } from "./rounds";
import { Sensors } from "./sensors";
import { Trail } from "./trail";

const DAYS = 30;

/** Everything that is known of one bin, with its age. */
export default function BinPage() {
  const binId = useRoute().params.bin_id as string;
  const { bin, visits, trouble, reload } = useWholeBin(binId, DAYS);
  useEffect(tick, []);
  useEffect(() => {
    document.title = `${bin?.name ?? binId}: Brimful`;
  }, [bin?.name, binId]);
  const timeZone = visits?.timezone;
  return (
    <article class="ops-text ops-bin">
      <p>
        <a href="/ops/">All bins</a>
      </p>
      <h1>
        {bin?.name ?? binId} <span class="quiet">{bin && `${binId}, ${words(bin.stream)}`}</span>
      </h1>
      {trouble && (
        <p class="ops-map-trouble" role="alert">
          {trouble} {bin && "What is shown is what was known before."}
        </p>
      )}
      {!bin && !trouble && <p>Loading…</p>}
      {bin && (
        <>
          <Now bin={bin} visits={visits} onChanged={reload} />
          <PastAndAhead bin={bin} timeZone={timeZone} />
          <div class="ops-bin-beside">
            <Sensors bin={bin} nowMs={now.value} timeZone={timeZone} />
            <RegistryFacts bin={bin} />
          </div>
          {visits && <Rounds visits={visits} />}
          <Trail binId={binId} seen={bin.request} timeZone={timeZone} />
        </>
      )}
    </article>
  );
}

interface NowProps {
  readonly bin: BinWhole;
  readonly visits: Visits | null;
  readonly onChanged: () => Promise<void>;
}

function Now({ bin, visits, onChanged }: NowProps) {
  const { level } = bin;
  const zone = visits?.timezone;
  const kind = bin.sensors.length === 0 ? "no_sensor" : level.trust;
  return (
    <section class="ops-bin-now" aria-label="Now">
      <p class="ops-map-big">
        <ShapeIcon
          kind={KINDS.findIndex((one) => one.kind === kind)}
          step={stepOf(level.fill_pct ?? Number.NaN)}
        />
        <strong>{fillText(level.fill_pct)}</strong>
        <span>{ageTold(level, now.value, zone)}</span>
      </p>
      <dl class="ops-bin-facts">
        <dt>Trust</dt>
        <dd>{trustTold(level, zone)}</dd>
        <dt>Source</dt>
        <dd>{sourceTold(level)}</dd>
        <dt>Full</dt>
        <dd>{fullTold(bin, zone)}</dd>
        {visits && (
          <>
            <dt>Today</dt>
            <dd>{todayTold(visits)}</dd>
          </>
        )}
      </dl>
      {session.value?.role === "ops" && (
        <RequestBin bin={bin} timeZone={zone} onChanged={onChanged} />
      )}
    </section>
  );
}
