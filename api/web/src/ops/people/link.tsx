/** A link for a phone, to be scanned from the screen or sent. */
import { useRef, useState } from "preact/hooks";
import type { Schemas } from "../../shared/api";
import { dayAndClock } from "../../shared/words";
import { Dialog } from "../day/dialog";

interface Props {
  readonly crew: string;
  readonly link: Schemas["CrewLink"];
  readonly close: () => void;
}

export function LinkDialog({ crew, link, close }: Props) {
  const field = useRef<HTMLInputElement>(null);
  const [copied, setCopied] = useState("");
  const copy = async () => {
    field.current?.select();
    try {
      await navigator.clipboard.writeText(link.address);
      setCopied("Copied.");
    } catch {
      // a page over http may not write there
      setCopied("Selected: copy it with Ctrl+C.");
    }
  };
  return (
    <Dialog title={`A phone of ${crew}`} close={close}>
      <div class="people-link">
        <img
          src={`data:image/svg+xml,${encodeURIComponent(link.qr_svg)}`}
          alt={`QR code that signs a phone of ${crew} in`}
        />
        <p>
          Scan it with the phone's camera, or open the link on the phone. It signs <b>one</b> phone
          in, <b>once</b>, until {dayAndClock(link.expires_at)}. It is shown this one time.
        </p>
        <label>
          Link
          <input ref={field} readOnly value={link.address} />
        </label>
        <div class="people-row">
          <button type="button" onClick={copy}>
            Copy the link
          </button>
          <span role="status">{copied}</span>
        </div>
      </div>
    </Dialog>
  );
}
