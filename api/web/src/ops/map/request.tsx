import { useState } from "preact/hooks";
import { api } from "../../shared/api";
import { dayAndClock } from "../../shared/words";
import { type BinWhole, told } from "./wholeBin";

interface RequestProps {
  readonly bin: BinWhole;
  readonly timeZone: string | undefined;
  /** Called when it is another than before. */
  readonly onChanged: () => Promise<void>;
}

/** Ask for a bin to be emptied with the next plan, whatever its level; and take that back. */
export function RequestBin({ bin, timeZone, onChanged }: RequestProps) {
  const [busy, setBusy] = useState(false);
  const [trouble, setTrouble] = useState<string | null>(null);
  const params = { path: { bin_id: bin.bin_id } };

  const run = async (what: () => Promise<unknown>) => {
    setBusy(true);
    setTrouble(null);
    try {
      await what();
      await onChanged();
    } catch (error) {
      setTrouble(told(error));
    } finally {
      setBusy(false);
    }
  };

  const { request } = bin;
  const change = () => {
    if (!busy) {
      void run(() =>
        request
          ? api.DELETE("/bins/{bin_id}/request", { params })
          : api.PUT("/bins/{bin_id}/request", { params, body: {} }),
      );
    }
  };
  return (
    <div class="ops-map-request">
      {request && (
        <p>
          Asked for by {request.requested_by}, {dayAndClock(request.requested_at, timeZone)}
          {request.note ? `: “${request.note}”` : ""}. It is due in every plan until it is emptied.
        </p>
      )}
      {/* one button, so that it keeps the focus: disabled it would lose it */}
      <button type="button" aria-disabled={busy} onClick={change}>
        {request ? "Take it back" : "Ask for it today"}
      </button>
      {trouble && (
        <p class="ops-map-trouble" role="alert">
          That did not work: {trouble}
        </p>
      )}
    </div>
  );
}
