/** The overview's chart of the last 48 hours: orders, repairs and time to Abacos, as plots and as a table. */
import { html, type Html, type Part } from './html.ts';
import type { View } from './layout.ts';
import type { Chart, Hour } from './ports.ts';

/** A plot is drawn in these units and stretched to its place: a bar an hour. */
const BAR_WIDTH = 10;
const HEIGHT = 100;

interface Plot {
  readonly kind: 'orders' | 'repairs' | 'time';
  readonly title: string;
  /** What the plot says, in words. */
  readonly sum: string;
  readonly valueOf: (hour: Hour) => number;
  readonly show: (value: number) => string;
}

/** Three plots with a bar an hour, each summed up in words, and the same numbers as a table. */
export function chartSection(view: View, chart: Chart): Html {
  const { words, format, now } = view;
  const begins = chart.hours[0]?.startsAt ?? now;
  return html`<section id="chart" class="card" aria-labelledby="chart-title" data-live>
    <h2 id="chart-title">${words.chart.title}</h2>
    <div class="charts">${plotsOf(view, chart.hours).map((plot) => figure(view, chart.hours, plot))}</div>
    ${chart.since > begins && html`<p class="soft">${words.chart.since(format.text(chart.since, now))}</p>`}
    <details id="chart-table">
      <summary>${words.chart.asTable}</summary>
      ${table(view, chart.hours)}
    </details>
  </section>`;
}

function plotsOf({ words, format }: View, hours: readonly Hour[]): readonly Plot[] {
  const { chart } = words;
  const total = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);
  const most = (values: readonly number[]): number => Math.max(0, ...values);
  const orders = hours.map((hour) => hour.orders);
  const repairs = hours.map((hour) => hour.repairs);
  const times = hours.flatMap(({ medianTimeToIntegrateMs: time }) => (time === undefined ? [] : [time]));
  const typical = medianOf(times);
  return [
    {
      kind: 'orders',
      title: chart.orders,
      sum: chart.ordersSum(total(orders), most(orders)),
      valueOf: (hour) => hour.orders,
      show: (value) => words.grouped(value),
    },
    {
      kind: 'repairs',
      title: chart.repairs,
      sum: chart.repairsSum(total(repairs), most(repairs)),
      valueOf: (hour) => hour.repairs,
      show: (value) => words.grouped(value),
    },
    {
      kind: 'time',
      title: chart.time,
      sum: typical === undefined ? chart.noTime : chart.timeSum(format.duration(typical), format.duration(most(times))),
      valueOf: (hour) => hour.medianTimeToIntegrateMs ?? 0,
      show: (value) => format.duration(value),
    },
  ];
}

/** The middle one of some values, the upper of two. */
export function medianOf(values: readonly number[]): number | undefined {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
}

function figure(view: View, hours: readonly Hour[], plot: Plot): Html {
  const { format, words } = view;
  const highest = Math.max(0, ...hours.map(plot.valueOf));
  const bars = hours.flatMap((hour, index) => bar(view, { hour, index, plot, highest }));
  const begins = hours[0]?.startsAt;
  const middle = hours[Math.floor(hours.length / 2)]?.startsAt;
  return html`<figure>
    <figcaption>
      <h3>${plot.title}</h3>
      <span class="soft">${plot.sum}</span>
    </figcaption>
    <svg
      class="plot"
      role="img"
      aria-label="${plot.title}: ${plot.sum}"
      viewBox="0 0 ${hours.length * BAR_WIDTH} ${HEIGHT}"
      preserveAspectRatio="none"
    >
      ${bars}
    </svg>
    <p class="axis" aria-hidden="true">
      <span>${begins !== undefined && format.short(begins)}</span>
      <span>${middle !== undefined && format.short(middle)}</span>
      <span>${words.chart.now}</span>
    </p>
  </figure>`;
}

interface Bar {
  readonly hour: Hour;
  readonly index: number;
  readonly plot: Plot;
  readonly highest: number;
}

function bar(view: View, { hour, index, plot, highest }: Bar): Part[] {
  const value = plot.valueOf(hour);
  if (value <= 0 || highest <= 0) return [];
  // A single order must be seen beside a thousand.
  const height = Math.max(3, Math.round((value / highest) * HEIGHT));
  return [
    html`<rect
      class="${plot.kind}"
      x="${index * BAR_WIDTH + 1}"
      y="${HEIGHT - height}"
      width="${BAR_WIDTH - 2}"
      height="${height}"
    >
      <title>${view.format.text(hour.startsAt, view.now)}: ${plot.show(value)}</title>
    </rect>`,
  ];
}

function table(view: View, hours: readonly Hour[]): Html {
  const { format, now, words } = view;
  const { chart } = words;
  const eventful = hours.filter(({ orders, repairs }) => orders + repairs > 0).reverse();
  if (eventful.length === 0) return html`<p>${chart.empty}</p>`;
  return html`<table>
    <thead>
      <tr>
        ${[chart.hour, chart.orders, chart.repairs, chart.time].map((title) => html`<th scope="col">${title}</th>`)}
      </tr>
    </thead>
    <tbody>
      ${eventful.map(
        ({ startsAt, orders, repairs, medianTimeToIntegrateMs: time }) =>
          html`<tr>
            <th scope="row">${format.moment(startsAt, now)}</th>
            <td>${words.grouped(orders)}</td>
            <td>${words.grouped(repairs)}</td>
            <td>${time === undefined ? '–' : format.duration(time)}</td>
          </tr>`,
      )}
    </tbody>
  </table>`;
}
