import { colour } from "../../shared/levels";

/** A bin, filled as far as it is. A level that is not fresh is hatched. */
export function Gauge({ fill, trust }: { fill: number | null; trust: string | null }) {
  const full = Math.max(0, Math.min(100, fill ?? 0));
  const height = (full / 100) * 40;
  return (
    <svg class="phone-gauge" viewBox="0 0 40 52" aria-hidden="true" focusable="false">
      <rect x="4" y={47 - height} width="32" height={height} rx="2" fill={colour(fill)} />
      {trust !== null && trust !== "fresh" && (
        <path
          d="M4 47 36 15M4 37 36 5M14 47 36 25M24 47 36 35M4 27 24 7"
          stroke="var(--ground)"
          stroke-width="3"
        />
      )}
      <path
        d="M4 7v36a4 4 0 0 0 4 4h24a4 4 0 0 0 4-4V7M1 5h38"
        fill="none"
        stroke="currentColor"
        stroke-width="2.5"
        stroke-linecap="round"
      />
    </svg>
  );
}
