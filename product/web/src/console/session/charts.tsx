// Charts of a session, loaded on demand with uPlot.
import { useEffect, useMemo, useRef } from 'react';
import uPlot from 'uplot';
import { useScheme } from '../ui/use-scheme.ts';
import 'uplot/dist/uPlot.min.css';
import { useTexts } from '../../admin/text.ts';
import '../../styles/console-charts.css';
import { type TimeForm, timeFormat } from '../../core/time-formats.ts';
import { GUTTER_PX, RIGHT_PX } from './core/lanes.ts';
import { type ChartName, charts, drawnCharts, type Measure, type Series } from './core/series.ts';
import { axisText } from './core/values.ts';
import { timelineTexts } from './text.ts';

const CHART_PX = 92;
const AXIS_PX = 26;

interface ChartsProps {
  series: Series;
  timeZone: string;
  fromS: number;
  toS: number;
  widthPx: number;
  /** Index of the cursor in `series`. */
  index: number;
}

export default function Charts(props: ChartsProps) {
  const scheme = useScheme();
  const names = useMemo(() => drawnCharts(props.series), [props.series]);
  return names.map((name) => <Chart key={`${name} ${scheme}`} name={name} isLast={name === names.at(-1)} {...props} />);
}

function Chart({
  name,
  isLast,
  series,
  timeZone,
  fromS,
  toS,
  widthPx,
  index,
}: ChartsProps & { name: ChartName; isLast: boolean }) {
  const { say, locale } = useTexts(timelineTexts);
  const ref = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot>(undefined);
  useEffect(() => {
    const container = ref.current;
    if (container === null) return undefined;
    const newPlot = new uPlot(
      optionsOf({ name, isLast, timeZone, locale, fromS, toS, container }),
      dataOf(name, series),
      container,
    );
    plot.current = newPlot;
    return () => {
      plot.current = undefined;
      newPlot.destroy();
    };
  }, [name, isLast, series, timeZone, locale, fromS, toS]);
  useEffect(() => {
    plot.current?.setSize({ width: widthPx, height: heightPx(isLast) });
  }, [widthPx, isLast]);
  useEffect(() => {
    const at = series.times[index];
    const newPlot = plot.current;
    if (newPlot === undefined || at === undefined) return;
    newPlot.setCursor({ left: newPlot.valToPos(at, 'x'), top: 0 }, false);
  });
  return (
    <figure className="chart" data-chart={name}>
      <figcaption>
        {charts[name].map((measure, at) => (
          <span key={measure} className="chart-key inline-flex items-center" data-line={lineOf(name, at)}>
            {say(measure)}
          </span>
        ))}
        <span className="visually-hidden">{say(`chart.${name}`)}</span>
      </figcaption>
      <div ref={ref} className="chart-plot overflow-hidden" aria-hidden="true" />
    </figure>
  );
}

const heightPx = (isLast: boolean): number => CHART_PX + (isLast ? AXIS_PX : 0);

const dataOf = (name: ChartName, { times, values }: Series): uPlot.AlignedData => [
  [...times],
  ...charts[name].map((measure) => [...values[measure]]),
];

const lineOf = (name: ChartName, at: number): string =>
  name === 'gaps' && at === 0 ? 'bad' : at === 0 ? 'first' : 'second';

interface Options {
  readonly name: ChartName;
  readonly isLast: boolean;
  readonly timeZone: string;
  readonly locale: string;
  readonly fromS: number;
  readonly toS: number;
  readonly container: HTMLElement;
}

/** Minimum top of the axes, so that small variations do not look large. */
const topsMin: Readonly<Record<ChartName, number>> = {
  delay: 100,
  loss: 0.05,
  gaps: 0.1,
  rate: 500_000,
  picture: 360,
  frames: 30,
};
/** Top of the axis for layers. Layers are 0 … 2, so their line stays in the lower half. */
const LAYER_TOP = 4;

function optionsOf({ name, isLast, timeZone, locale, fromS, toS, container }: Options): uPlot.Options {
  const style = getComputedStyle(container);
  const colour = (variable: string): string => style.getPropertyValue(variable).trim();
  const font = `12px ${colour('--font')}`;
  const [first] = charts[name];
  const grid = { stroke: colour('--line'), width: 1 };
  const time = timeFormat(axisForm(toS - fromS), { locale, timeZone });
  return {
    width: container.clientWidth,
    height: heightPx(isLast),
    padding: [10, RIGHT_PX, isLast ? 0 : 6, 0],
    tzDate: (atS) => uPlot.tzDate(new Date(atS * 1000), timeZone),
    legend: { show: false },
    cursor,
    // The stack handles the drag; the chart only draws it.
    hooks: { setSelect: [(plot) => plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false)] },
    scales: {
      x: { time: true, range: () => [fromS, toS] },
      y: { range: (_, __, max) => [0, Math.max(topsMin[name], (max ?? 0) * 1.1)] },
      layer: { range: () => [0, LAYER_TOP] },
    },
    axes: [
      {
        show: true,
        size: isLast ? AXIS_PX : 0,
        stroke: colour('--text-faint'),
        font,
        grid,
        ticks: { show: false },
        space: 72,
        values: (_, splits) => splits.map((atS) => (isLast ? time(atS * 1000) : '')),
      },
      {
        size: GUTTER_PX,
        stroke: colour('--text-faint'),
        font,
        grid,
        gap: 6,
        ticks: { show: false },
        space: 26,
        values: (_, splits) => splits.map((value) => axisText(first, value, locale)),
      },
    ],
    series: [{}, ...charts[name].map((measure, at) => lineSeries(measure, lineOf(name, at), colour))],
  };
}

const cursor: uPlot.Cursor = {
  x: false,
  y: false,
  drag: { x: true, y: false, setScale: false },
  sync: { key: 'session' },
  points: { size: 7 },
  bind: {
    // The cursor stays after the pointer has left.
    mouseleave: (_plot, _target, leave) => (event) => (event.buttons === 0 ? null : leave(event)),
    dblclick: () => null,
  },
};

function lineSeries(measure: Measure, line: string, colour: (variable: string) => string): uPlot.Series {
  const stroke = colour(`--chart-${line}`);
  const common: uPlot.Series = { label: measure, stroke, width: 1.6, points: { show: false }, spanGaps: false };
  if (measure === 'freezeShare') return { ...common, width: 0, fill: stroke, paths: bars };
  if (measure.endsWith('Height')) return { ...common, paths: stepped };
  if (measure === 'layer') return { ...common, scale: 'layer', paths: stepped, dash: [4, 3] };
  return line === 'first' && measure !== 'inboundLoss' ? { ...common, fill: colour('--chart-fill') } : common;
}

// Bars and steps lie left of their point, since a point covers the step that ends at its time.
const bars: uPlot.Series.PathBuilder = (...args) =>
  uPlot.paths.bars?.({ size: [0.9, 12, 3], align: -1 })(...args) ?? null;
const stepped: uPlot.Series.PathBuilder = (...args) => uPlot.paths.stepped?.({ align: -1 })(...args) ?? null;

/** Returns the form of the times on an axis of that length. */
function axisForm(spanS: number): TimeForm {
  if (spanS > 86_400) return 'dayTime';
  return spanS < 600 ? 'exactTime' : 'time';
}
