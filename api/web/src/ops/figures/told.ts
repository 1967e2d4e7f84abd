/** Figures as they are told: with the digits that the server has rounded them to. */
import type { Schemas } from "../../shared/api";

export type Figure = Schemas["FigureOut"];

export const NOT_KNOWN = "not known";

export function told(value: number | null, figure: Pick<Figure, "digits" | "unit">): string {
  if (value === null) {
    return NOT_KNOWN;
  }
  const unit = value === 1 && figure.unit === "bins" ? "bin" : figure.unit;
  return `${value.toFixed(figure.digits)} ${unit}`;
}

/** A difference with its sign: "+7.4", "-0.5", "0". */
export function signed(value: number, digits: number): string {
  return value === 0 ? "0" : `${value > 0 ? "+" : "-"}${Math.abs(value).toFixed(digits)}`;
}

/** What a difference means, in words: better and worse are never told by colour alone. */
export function verdict(figure: Figure): string {
  return figure.verdict === null || figure.verdict === "neither" ? "" : figure.verdict;
}
