import { words } from "../../shared/words";
import type { BinWhole } from "../map/wholeBin";

/** What the registry says of the bin. */
export function RegistryFacts({ bin }: { bin: BinWhole }) {
  const { calibration, position } = bin;
  return (
    <section aria-labelledby="ops-bin-registry">
      <h2 id="ops-bin-registry">Registered</h2>
      <dl class="ops-bin-facts">
        <dt>Stream</dt>
        <dd>{words(bin.stream)}</dd>
        <dt>Capacity</dt>
        <dd>{bin.capacity_l.toLocaleString("en-GB")} l</dd>
        <dt>Threshold</dt>
        <dd>{bin.threshold_pct} %</dd>
        <dt>Depot</dt>
        <dd>{bin.depot_id}</dd>
        <dt>Access</dt>
        <dd>{bin.access_note ?? "no note"}</dd>
        <dt>Hours</dt>
        <dd>{bin.windows.length ? bin.windows.join("; ") : "may be emptied at any time"}</dd>
        <dt>Time at it</dt>
        <dd>{bin.service_s} s</dd>
        <dt>Place</dt>
        <dd>
          {position ? (
            <a
              href={`/ops/?bin=${encodeURIComponent(bin.bin_id)}&at=${position.lon},${position.lat},17`}
            >
              {position.lon.toFixed(5)}, {position.lat.toFixed(5)}: show it on the map
            </a>
          ) : (
            "nobody has said where it stands: it can be on no round"
          )}
        </dd>
        <dt>Service</dt>
        <dd>{bin.in_service ? "in service" : "out of service"}</dd>
        <dt>Calibration</dt>
        <dd>{calibration ? calibrationTold(calibration) : "none"}</dd>
      </dl>
    </section>
  );
}

function calibrationTold(one: NonNullable<BinWhole["calibration"]>): string {
  const distances =
    one.empty_distance_mm === null
      ? "no distances"
      : `empty at ${one.empty_distance_mm} mm, full at ${one.full_distance_mm} mm`;
  const blind = one.blind_zone_mm ? `, blind below ${one.blind_zone_mm} mm` : "";
  const full =
    one.vendor_full_pct === 100 ? "" : `; the device's 100 % is ${one.vendor_full_pct} %`;
  return `version ${one.version}: ${distances}${blind}${full}`;
}
