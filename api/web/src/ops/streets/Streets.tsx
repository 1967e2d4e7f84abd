/** The streets under every map: where they come from, how old they are, how to renew them. */

import { useEffect, useState } from "preact/hooks";
import { api, type Schemas } from "../../shared/api";
import { StreetMap } from "../../shared/map/StreetMap";
import { age, secondsSince } from "../../shared/words";
import "./streets.css";

/** The client gives arrays for the document's tuples. */
type MapInfo = Omit<Schemas["MapInfo"], "bounds"> & { readonly bounds: number[] | null };

const KINDS: Record<MapInfo["kind"], string> = {
  streets: "streets of an OpenStreetMap extract, drawn by this server",
  tiles: "pictures of the tile server that this server's operator has set",
  plain: "no streets, only lines of latitude and longitude",
};

const nothing = () => undefined;

export default function Streets() {
  const [info, setInfo] = useState<MapInfo | null>(null);
  const [failed, setFailed] = useState<string | null>(null);
  useEffect(() => {
    api.GET("/map/info").then(
      ({ data }) => setInfo(data ?? null),
      (error: Error) => setFailed(error.message),
    );
  }, []);
  return (
    <div class="ops-streets">
      <StreetMap label="Map of the streets" onReady={nothing} class="ops-streets-map" />
      <section class="ops-streets-text">
        <h1>Streets under every map</h1>
        {failed && <p role="alert">What is known of them cannot be read: {failed}</p>}
        {!failed && !info && <p class="quiet">Asking the server …</p>}
        {info && <Facts info={info} />}
      </section>
    </div>
  );
}

function Facts({ info }: { info: MapInfo }) {
  return (
    <>
      <dl>
        <dt>What is drawn</dt>
        <dd>{KINDS[info.kind]}</dd>
        {info.source && <Fact name="From the extract" value={info.source} />}
        {info.data_at && (
          <Fact name="Its newest data" value={`${day(info.data_at)}, ${since(info.data_at)} old`} />
        )}
        {info.built_at && <Fact name="Map built" value={`${since(info.built_at)} ago`} />}
        {info.bounds && <Fact name="Covers" value={boundsTold(info.bounds)} />}
      </dl>
      {info.note && <p>{info.note}.</p>}
      <p class="quiet">
        A newer map is taken up by itself once <code>brimful map build EXTRACT.osm.pbf</code> has
        made it.
      </p>
    </>
  );
}

function Fact({ name, value }: { name: string; value: string }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </>
  );
}

function day(moment: string): string {
  return new Intl.DateTimeFormat("en-GB", { dateStyle: "medium" }).format(new Date(moment));
}

function since(moment: string): string {
  return age(secondsSince(moment));
}

function boundsTold(bounds: readonly number[]): string {
  const [w, s, e, n] = bounds.map((degrees) => degrees.toFixed(3));
  return `lon ${w} to ${e}, lat ${s} to ${n}`;
}
