/** The overview's chart of the last 48 hours: orders, what became of those in trouble, and time to Abacos. */
import { html, type Html, type Part } from './html.ts';
import type { View } from './layout.ts';
import type { Chart, Downtime, Hour } from './ports.ts';

/** A plot is drawn in these units and stretched to its place. */
const HOUR_WIDTH = 12;
const HEIGHT = 100;
const HOUR_MS = 3_600_000;

/** One kind of bar. */
interface Series {
  readonly kind: 'orders' | 'missing' | 'repairs' | 'action' | 'time';
  readonly title: string;
  readonly valueOf: (hour: Hour) => number;
}

interface Plot {
  readonly title: string;
  /** What the plot says, in words. */
  readonly sum: string;
  readonly unit: string;
  readonly series: readonly Series[];
  readonly show: (value: number) => string;
}

/** Three plots, each with axes and summed up in words, outages as bands behind the bars, and the same numbers as a table. */
export function chartSection(view: View, chart: Chart): Html {
  const { words, format, now } = view;
  const begins = chart.hours[0]?.startsAt ?? now;
  return html`<section id="chart" class="card" aria-labelledby="chart-title" data-live>
    <h2 id="chart-title">${words.chart.title}</h2>
    <div class="charts">${plotsOf(view, chart.hours).map((plot) => figure(view, chart, plot))}</div>
    ${
      chart.downtimes.length > 0 &&
      html`<p class="soft"><span class="key down" aria-hidden="true"></span> ${words.chart.downtimes}</p>`
    }
    ${chart.since > begins && html`<p class="soft">${words.chart.since(format.text(chart.since, now))}</p>`}
    <details id="chart-table">
      <summary>${words.chart.asTable}</summary>
      ${table(view, chart)}
    </details>
  </section>`;
}

const total = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);
const most = (values: readonly number[]): number => Math.max(0, ...values);

function plotsOf({ words, format }: View, hours: readonly Hour[]): readonly Plot[] {
  const { chart } = words;
  const orders = hours.map((hour) => hour.orders);
  const times = hours.flatMap(({ medianTimeToIntegrateMs: time }) => (time === undefined ? [] : [time]));
  const typical = medianOf(times);
  const sumOf = (valueOf: (hour: Hour) => number): number => total(hours.map(valueOf));
  return [
    {
      title: chart.orders,
      sum: chart.ordersSum(total(orders), most(orders)),
      unit: chart.perHour,
      series: [{ kind: 'orders', title: chart.orders, valueOf: (hour) => hour.orders }],
      show: (value) => words.grouped(value),
    },
    {
      title: chart.trouble,
      sum: chart.troubleSum({
        missing: sumOf((hour) => hour.missing),
        repairs: sumOf((hour) => hour.repairs),
        action: sumOf((hour) => hour.needsAction),
      }),
      unit: chart.perHour,
      series: [
        { kind: 'missing', title: chart.missing, valueOf: (hour) => hour.missing },
        { kind: 'repairs', title: chart.repairs, valueOf: (hour) => hour.repairs },
        { kind: 'action', title: chart.action, valueOf: (hour) => hour.needsAction },
      ],
      show: (value) => words.grouped(value),
    },
    {
      title: chart.time,
      sum: typical === undefined ? chart.noTime : chart.timeSum(format.duration(typical), format.duration(most(times))),
      unit: chart.timeUnit,
      series: [{ kind: 'time', title: chart.time, valueOf: (hour) => hour.medianTimeToIntegrateMs ?? 0 }],
      show: (value) => format.duration(value),
    },
  ];
}

/** The middle one of some values, the upper of two. */
export function medianOf(values: readonly number[]): number | undefined {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
}

function figure(view: View, { downtimes, hours }: Chart, plot: Plot): Html {
  const { format, words } = view;
  const highest = most(plot.series.flatMap(({ valueOf }) => hours.map(valueOf)));
  const begins = hours[0]?.startsAt;
  const middle = hours[Math.floor(hours.length / 2)]?.startsAt;
  return html`<figure>
    <figcaption>
      <h3>${plot.title}</h3>
      <span class="soft">${plot.sum}</span>
      ${
        plot.series.length > 1 &&
        html`<span class="legend"
          >${plot.series.map(({ kind, title }) => html`<span><span class="key ${kind}" aria-hidden="true"></span> ${title}</span> `)}</span
        >`
      }
    </figcaption>
    <div class="axes">
      <p class="axis upright" aria-hidden="true">
        <span>${highest > 0 && plot.show(highest)}</span>
        <span>${plot.unit}</span>
        <span>0</span>
      </p>
      <svg
        class="plot"
        role="img"
        aria-label="${plot.title}: ${plot.sum}"
        viewBox="0 0 ${hours.length * HOUR_WIDTH} ${HEIGHT}"
        preserveAspectRatio="none"
      >
        ${downtimes.map((downtime) => band(view, downtime, begins))}
        <path class="grid" d="M0 ${HEIGHT / 2}H${hours.length * HOUR_WIDTH}" />
        ${hours.flatMap((hour, index) => bars(view, { hour, index, plot, highest }))}
      </svg>
      <p class="axis" aria-hidden="true">
        <span>${begins !== undefined && format.short(begins)}</span>
        <span>${middle !== undefined && format.short(middle)}</span>
        <span>${words.chart.now}</span>
      </p>
    </div>
  </figure>`;
}

/** An outage, as wide as it was long. */
function band(view: View, { dependency, from, until }: Downtime, begins = 0): Html {
  const x = (at: number): number => Math.max(0, Math.round(((at - begins) / HOUR_MS) * HOUR_WIDTH * 10) / 10);
  return html`<rect class="down" x="${x(from)}" y="0" width="${Math.max(1, x(until) - x(from))}" height="${HEIGHT}">
    <title>${downtimeText(view, { dependency, from, until })}</title>
  </rect>`;
}

function downtimeText({ format, now, words }: View, { dependency, from, until }: Downtime): string {
  const { dependencies, downSinceShort } = words.overview;
  const what = `${dependencies[dependency]}: ${downSinceShort(dependency)}`;
  return `${what}, ${words.chart.fromTo(format.text(from, now), format.text(until, now))}`;
}

interface Bars {
  readonly hour: Hour;
  readonly index: number;
  readonly plot: Plot;
  readonly highest: number;
}

function bars(view: View, { hour, index, plot, highest }: Bars): Part[] {
  const width = (HOUR_WIDTH - 2) / plot.series.length;
  return plot.series.flatMap(({ kind, title, valueOf }, position) => {
    const value = valueOf(hour);
    if (value <= 0 || highest <= 0) return [];
    // A single order must be seen beside a thousand.
    const height = Math.max(3, Math.round((value / highest) * HEIGHT));
    return [
      html`<rect
        class="${kind}"
        x="${(index * HOUR_WIDTH + 1 + position * width).toFixed(1)}"
        y="${HEIGHT - height}"
        width="${width.toFixed(1)}"
        height="${height}"
      >
        <title>${view.format.text(hour.startsAt, view.now)}, ${title}: ${plot.show(value)}</title>
      </rect>`,
    ];
  });
}

function table(view: View, { downtimes, hours }: Chart): Html {
  const { format, now, words } = view;
  const { chart } = words;
  const eventful = hours
    .filter(({ missing, needsAction, orders, repairs }) => orders + missing + repairs + needsAction > 0)
    .reverse();
  const outages =
    downtimes.length > 0 &&
    html`<ul>
      ${downtimes.map((downtime) => html`<li>${downtimeText(view, downtime)}</li>`)}
    </ul>`;
  if (eventful.length === 0)
    return html`<p>${chart.empty}</p>
      ${outages}`;
  const titles = [chart.hour, chart.orders, chart.missing, chart.repairs, chart.action, chart.time];
  return html`${outages}
    <div class="wide" tabindex="0" role="region" aria-label="${chart.asTable}">
      <table>
        <thead>
          <tr>
            ${titles.map((title) => html`<th scope="col">${title}</th>`)}
          </tr>
        </thead>
        <tbody>
          ${eventful.map(
            ({ startsAt, orders, missing, needsAction, repairs, medianTimeToIntegrateMs: time }) =>
              html`<tr>
                <th scope="row">${format.moment(startsAt, now)}</th>
                ${[orders, missing, repairs, needsAction].map((count) => html`<td>${words.grouped(count)}</td>`)}
                <td>${time === undefined ? '–' : format.duration(time)}</td>
              </tr>`,
          )}
        </tbody>
      </table>
    </div>`;
}
