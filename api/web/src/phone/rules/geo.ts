/** Places and lines on the ground. */

export type Place = readonly [lon: number, lat: number];

const PRECISION = 1e6;
const EARTH_M = 6_371_000;
const rad = (deg: number) => (deg * Math.PI) / 180;

/** Metres between two places, straight through the air. */
export function metres([lon1, lat1]: Place, [lon2, lat2]: Place): number {
  const h =
    Math.sin(rad(lat2 - lat1) / 2) ** 2 +
    Math.cos(rad(lat1)) * Math.cos(rad(lat2)) * Math.sin(rad(lon2 - lon1) / 2) ** 2;
  return 2 * EARTH_M * Math.asin(Math.sqrt(h));
}

/** The places of an encoded line with six decimals, latitude first in it (polyline6). */
export function decoded(polyline: string): Place[] {
  const line: Place[] = [];
  const values: number[] = [];
  let value = 0;
  let factor = 1;
  for (const letter of polyline) {
    const chunk = letter.charCodeAt(0) - 63;
    value += (chunk & 0x1f) * factor;
    factor *= 32;
    if (chunk < 0x20) {
      values.push(value % 2 ? -(value + 1) / 2 : value / 2);
      value = 0;
      factor = 1;
    }
  }
  let lat = 0;
  let lon = 0;
  for (let i = 0; i + 1 < values.length; i += 2) {
    lat += values[i] as number;
    lon += values[i + 1] as number;
    line.push([lon / PRECISION, lat / PRECISION]);
  }
  return line;
}

/** west, south, east, north of places; null without any. */
export function bounds(places: readonly Place[]): [number, number, number, number] | null {
  if (places.length === 0) {
    return null;
  }
  const lons = places.map(([lon]) => lon);
  const lats = places.map(([, lat]) => lat);
  return [Math.min(...lons), Math.min(...lats), Math.max(...lons), Math.max(...lats)];
}

/** The address that opens this phone's own navigation at a place; asked for by nobody but the tap. */
export function navigationTo([lon, lat]: Place, name: string, agent: string): string {
  const where = `${lat.toFixed(6)},${lon.toFixed(6)}`;
  if (/iPhone|iPad|iPod|Macintosh/.test(agent)) {
    return `maps://?daddr=${where}&dirflg=d`;
  }
  return `geo:${where}?q=${where}(${encodeURIComponent(name)})`;
}
