/** The figures: this span, the one before, the difference in words, the last weeks as a line. */
import { useState } from "preact/hooks";
import type { Figures } from "./page";
import { type Figure, NOT_KNOWN, signed, told, verdict } from "./told";
import { Trend } from "./trend";

export function FigureTable({ data }: { data: Figures }) {
  return (
    <table class="lists-cards figures-table">
      <caption class="visually-hidden">Figures beside those of the days before</caption>
      <thead>
        <tr>
          <th scope="col">Figure</th>
          <th scope="col">These days</th>
          <th scope="col">Before</th>
          <th scope="col">Difference</th>
          <th scope="col">Last {data.trend_weeks.length} weeks</th>
        </tr>
      </thead>
      <tbody>
        {data.figures.map((figure) => (
          <Row key={figure.figure} figure={figure} weeks={data.trend_weeks} />
        ))}
      </tbody>
    </table>
  );
}

function Row({ figure, weeks }: { figure: Figure; weeks: Figures["trend_weeks"] }) {
  const [open, setOpen] = useState(false);
  const meaning = `means-${figure.figure}`;
  return (
    <tr data-figure={figure.figure}>
      <th scope="row">
        <button
          type="button"
          class="figures-name"
          aria-expanded={open}
          aria-controls={meaning}
          onClick={() => setOpen(!open)}
        >
          {figure.name}
        </button>
        <p id={meaning} class="figures-meaning" hidden={!open}>
          {figure.definition}
        </p>
      </th>
      <td data-name="These days">
        <span class="figures-value">{told(figure.value, figure)}</span>
        <small>{figure.known_from}</small>
      </td>
      <td data-name="Before">
        <span class="figures-before">{told(figure.before, figure)}</span>
        <small>{figure.before_known_from}</small>
      </td>
      <td data-name="Difference">
        <span class="figures-difference">
          {figure.difference === null ? NOT_KNOWN : signed(figure.difference, figure.digits)}
        </span>{" "}
        <span class={`figures-verdict figures-${figure.verdict}`}>{verdict(figure)}</span>
      </td>
      <td data-name="Trend">
        <Trend figure={figure} weeks={weeks} />
      </td>
    </tr>
  );
}
