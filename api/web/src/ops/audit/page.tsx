/** Who changed what, and when. */
import { Fragment, type TargetedEvent } from "preact";
import { useState } from "preact/hooks";
import { api, type Schemas } from "../../shared/api";
import { words } from "../../shared/words";
import { type Address, useAddress } from "../lists/address";
import { said, useLoaded } from "../lists/loaded";
import { Choice, State, When } from "../lists/parts";
import "../people/people.css";
import { told } from "./told";

type Entry = Schemas["AuditEntry"];

const THINGS = ["plan", "bin", "conflict", "sensor", "registry", "account", "session", "crew"]
  .concat(["token"])
  .map((thing) => [thing, thing] as const);
const PART = 100;

export default function AuditPage() {
  const address = useAddress();
  const { who, what, subject, since, until } = address.query;
  const asked = {
    ...(who && { who }),
    ...(what && { what }),
    ...(subject && { subject }),
    ...(since && { since: new Date(since).toISOString() }),
    ...(until && { until: new Date(until).toISOString() }),
    limit: PART,
  };
  const key = JSON.stringify(asked);
  const trail = useLoaded(key, async (signal) => {
    const { data } = await api.GET("/audit", { params: { query: asked }, signal });
    return data as Schemas["AuditPage"];
  });
  const [more, setMore] = useState<{ key: string; items: Entry[]; next: number | null } | null>(
    null,
  );
  const [failed, setFailed] = useState<string | null>(null);
  const later = more?.key === key ? more : null;
  const items = [...(trail.data?.items ?? []), ...(later?.items ?? [])];
  const next = later === null ? (trail.data?.next ?? null) : later.next;
  const goOn = async () => {
    try {
      const query = { ...asked, after: next as number };
      const { data } = await api.GET("/audit", { params: { query } });
      const found = data as Schemas["AuditPage"];
      setMore({ key, items: [...(later?.items ?? []), ...found.items], next: found.next });
      setFailed(null);
    } catch (error) {
      setFailed(said(error));
    }
  };
  return (
    <section class="lists">
      <div class="lists-head">
        <h1>Who changed what</h1>
        <button type="button" onClick={trail.reload} disabled={trail.busy}>
          Read again
        </button>
      </div>
      <Filters address={address} />
      <State of={trail} empty={items.length === 0 ? "Nothing was changed that fits this." : null} />
      {items.length > 0 && <Lines items={items} address={address} />}
      {failed && <p role="alert">{failed}</p>}
      {next !== null && (
        <p>
          <button type="button" onClick={goOn}>
            Show older ones
          </button>
        </p>
      )}
    </section>
  );
}

function Filters({ address }: { address: Address }) {
  const given = (name: string) => ({
    value: address.query[name] ?? "",
    onChange: (event: TargetedEvent<HTMLInputElement>) =>
      address.go({ [name]: event.currentTarget.value }),
  });
  return (
    <div class="lists-filters">
      <Choice label="About" parameter="what" all="everything" values={THINGS} address={address} />
      <label>
        Who
        <input {...given("who")} />
      </label>
      <label>
        To what
        <input {...given("subject")} />
      </label>
      <label>
        Since
        <input type="datetime-local" {...given("since")} />
      </label>
      <label>
        Until
        <input type="datetime-local" {...given("until")} />
      </label>
      <a class="button" href="/ops/audit">
        All
      </a>
    </div>
  );
}

function Lines({ items, address }: { items: readonly Entry[]; address: Address }) {
  return (
    <div class="lists-scroll">
      <table class="lists-cards">
        <thead>
          <tr>
            <th scope="col">When</th>
            <th scope="col">Who</th>
            <th scope="col">What</th>
            <th scope="col">To what</th>
            <th scope="col">In detail</th>
          </tr>
        </thead>
        <tbody>
          {items.map((entry) => (
            <tr key={entry.audit_id}>
              <td data-name="When">
                <When at={entry.at} none="" />
              </td>
              <td data-name="Who">
                <a href={address.to({ who: entry.who })}>{entry.who}</a>
                <small>
                  {entry.role ? `${words(entry.role)}, ` : ""}
                  {entry.kind === "command" ? "on the server" : entry.kind}
                </small>
              </td>
              <td data-name="What">{told(entry.what)}</td>
              <td data-name="To what">
                <a href={address.to({ subject: entry.subject })}>{entry.subject}</a>
              </td>
              <td>
                <dl class="audit-detail">
                  {Object.entries(entry.detail)
                    .filter(([, value]) => value !== null)
                    .map(([name, value]) => (
                      <Fragment key={name}>
                        <dt>{words(name)}</dt>
                        <dd>{typeof value === "string" ? value : JSON.stringify(value)}</dd>
                      </Fragment>
                    ))}
                </dl>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
