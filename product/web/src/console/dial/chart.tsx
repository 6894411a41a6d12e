// Charts of a day of dial tests, loaded on demand with uPlot.
import { useEffect, useRef } from 'react';
import uPlot from 'uplot';
import { useScheme } from '../ui/use-scheme.ts';
import 'uplot/dist/uPlot.min.css';
import { useTexts } from '../../admin/text.ts';
import '../../styles/console-charts.css';
import { timeFormat } from '../../core/time-formats.ts';
import type { DialMeasure, DialSeries } from './core/state.ts';
import { type DialKey, dialTexts } from './text.ts';

const TIMES_PX = 150;
const FAILED_PX = 84;
const AXIS_PX = 26;
const GUTTER_PX = 64;
/** Minimum top of the time axis, so that small variations do not look large. */
const TOP_MS_MIN = 500;

interface ChartsProps {
  series: DialSeries;
  timeZone: string;
  fromS: number;
  toS: number;
}

interface Line {
  readonly measure: DialMeasure;
  readonly text: DialKey;
  readonly line: 'first' | 'second' | 'third' | 'bad';
  readonly dash?: number[];
}
const timeLines: readonly Line[] = [
  { measure: 'joinMs', text: 'chartJoin', line: 'first' },
  { measure: 'firstFrameMs', text: 'chartFirstFrame', line: 'second' },
  { measure: 'gapMs', text: 'chartGap', line: 'third', dash: [2, 3] },
];
const failedLines: readonly Line[] = [{ measure: 'failed', text: 'chartFailed', line: 'bad' }];

export default function Charts(props: ChartsProps) {
  const scheme = useScheme();
  const drawn = timeLines.filter(({ measure }) => props.series[measure].some((value) => value !== null));
  return (
    <div className="dial-charts min-w-0">
      {drawn.length === 0 ? null : <Chart key={`times ${scheme}`} lines={drawn} {...props} />}
      <Chart key={`failed ${scheme}`} lines={failedLines} {...props} />
    </div>
  );
}

function Chart({ lines, series, timeZone, fromS, toS }: ChartsProps & { lines: readonly Line[] }) {
  const { say, locale } = useTexts(dialTexts);
  const ref = useRef<HTMLDivElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: `lines` change only with `series`
  useEffect(() => {
    const container = ref.current;
    if (container === null) return undefined;
    const data: uPlot.AlignedData = [[...series.times], ...lines.map(({ measure }) => [...series[measure]])];
    const newPlot = new uPlot(
      optionsOf({ lines, timeZone, locale, fromS, toS, container, say: say('ms') }),
      data,
      container,
    );
    const resized = new ResizeObserver(() =>
      newPlot.setSize({ width: container.clientWidth, height: heightOf(lines) }),
    );
    resized.observe(container);
    return () => {
      resized.disconnect();
      newPlot.destroy();
    };
  }, [series, timeZone, locale, fromS, toS, say]);
  return (
    <figure className="chart">
      <figcaption>
        {lines.map(({ measure, text, line }) => (
          <span key={measure} className="chart-key inline-flex items-center" data-line={line}>
            {say(text)}
          </span>
        ))}
      </figcaption>
      <div ref={ref} className="chart-plot overflow-hidden" aria-hidden="true" />
    </figure>
  );
}

const heightOf = (lines: readonly Line[]): number => (lines === failedLines ? FAILED_PX : TIMES_PX) + AXIS_PX;

interface Options {
  readonly lines: readonly Line[];
  readonly timeZone: string;
  readonly locale: string;
  readonly fromS: number;
  readonly toS: number;
  readonly container: HTMLElement;
  /** Translated text for milliseconds, with the placeholder `{value}`. */
  readonly say: string;
}

function optionsOf({ lines, timeZone, locale, fromS, toS, container, say }: Options): uPlot.Options {
  const style = getComputedStyle(container);
  const colour = (variable: string): string => style.getPropertyValue(variable).trim();
  const font = `12px ${colour('--font')}`;
  const time = timeFormat('time', { locale, timeZone });
  const isShare = lines === failedLines;
  const axis = {
    stroke: colour('--text-faint'),
    font,
    grid: { stroke: colour('--line'), width: 1 },
    ticks: { show: false },
  };
  const text = (value: number): string =>
    isShare ? value.toLocaleString(locale, { style: 'percent' }) : say.replace('{value}', value.toLocaleString(locale));
  return {
    width: container.clientWidth,
    height: heightOf(lines),
    padding: [22, 8, 0, 0],
    tzDate: (atS) => uPlot.tzDate(new Date(atS * 1000), timeZone),
    legend: { show: false },
    cursor: { show: false },
    scales: {
      x: { time: true, range: () => [fromS, toS] },
      y: { range: (_, __, max) => [0, isShare ? 1 : Math.max(TOP_MS_MIN, (max ?? 0) * 1.1)] },
    },
    axes: [
      { ...axis, size: AXIS_PX, space: 72, values: (_, splits) => splits.map((atS) => time(atS * 1000)) },
      { ...axis, size: GUTTER_PX, gap: 6, space: 26, values: (_, splits) => splits.map(text) },
    ],
    series: [{}, ...lines.map((line) => seriesOf(line, colour, isShare))],
  };
}

function seriesOf({ measure, line, dash }: Line, colour: (variable: string) => string, isShare: boolean): uPlot.Series {
  const stroke = colour(`--chart-${line}`);
  const common: uPlot.Series = { label: measure, stroke, width: 1.6, points: { show: false }, spanGaps: false };
  if (isShare) return { ...common, width: 0, fill: stroke, paths: bars };
  return dash === undefined ? common : { ...common, dash };
}

const bars: uPlot.Series.PathBuilder = (...args) =>
  uPlot.paths.bars?.({ size: [0.9, 12, 2], align: 1 })(...args) ?? null;
