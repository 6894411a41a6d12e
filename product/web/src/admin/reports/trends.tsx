// Small charts of the last 30 days, loaded on demand with uPlot.
import { useEffect, useMemo, useRef } from 'react';
import uPlot from 'uplot';
import { useScheme } from '../../console/ui/use-scheme.ts';
import 'uplot/dist/uPlot.min.css';
import { timeFormat } from '../../core/time-formats.ts';
import '../../styles/console-charts.css';
import { useTexts } from '../text.ts';
import { Part } from '../traffic/parts.tsx';
import type { DayOfUse } from './api.ts';
import { dayStartS, type Trend, trendsOf } from './core/trends.ts';
import { reportTexts } from './text.ts';

const CHART_PX = 110;
const AXIS_PX = 26;
const GUTTER_PX = 48;
const HALF_DAY_S = 43_200;

export default function Trends({ days }: { days: readonly DayOfUse[] }) {
  const { say } = useTexts(reportTexts);
  const scheme = useScheme();
  const times = useMemo(() => days.map(dayStartS), [days]);
  const trends = useMemo(() => trendsOf(days), [days]);
  return (
    <Part title={say('trends')}>
      <div className="admin-trends grid gap-3">
        {trends.map((trend) => (
          <Chart key={`${trend.name} ${scheme}`} trend={trend} times={times} />
        ))}
      </div>
    </Part>
  );
}

function Chart({ trend: { name, values, figure }, times }: { trend: Trend; times: readonly number[] }) {
  const { say, locale } = useTexts(reportTexts);
  const ref = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const container = ref.current;
    if (container === null) return undefined;
    const plot = new uPlot(optionsOf({ container, locale, times }), [[...times], [...values]], container);
    const resized = new ResizeObserver(() => plot.setSize({ width: container.clientWidth, height: CHART_PX }));
    resized.observe(container);
    return () => {
      resized.disconnect();
      plot.destroy();
    };
  }, [values, times, locale]);
  const count = figure.toLocaleString(locale);
  return (
    <figure className="admin-trend min-w-0" data-testid="trend" data-trend={name}>
      <figcaption className="flex flex-wrap gap-2 text-s">
        <strong>{say(`trend.${name}`)}</strong>
        <span className="text-soft tabular">
          {say(name === 'participants' ? 'trend.most' : 'trend.sum', { count })}
        </span>
      </figcaption>
      <div ref={ref} className="chart-plot overflow-hidden" aria-hidden="true" />
    </figure>
  );
}

interface Options {
  readonly container: HTMLElement;
  readonly locale: string;
  readonly times: readonly number[];
}

function optionsOf({ container, locale, times }: Options): uPlot.Options {
  const style = getComputedStyle(container);
  const colour = (variable: string): string => style.getPropertyValue(variable).trim();
  const day = timeFormat('day', { locale, timeZone: 'UTC' });
  const axis = { stroke: colour('--text-faint'), font: `12px ${colour('--font')}`, ticks: { show: false } };
  const grid = { stroke: colour('--line'), width: 1 };
  const [firstS = 0, lastS = 0] = [times[0], times.at(-1)];
  return {
    width: container.clientWidth,
    height: CHART_PX,
    padding: [8, 8, 0, 0],
    tzDate: (atS) => uPlot.tzDate(new Date(atS * 1000), 'UTC'),
    legend: { show: false },
    cursor: { show: false },
    scales: {
      x: { time: true, range: () => [firstS - HALF_DAY_S, lastS + HALF_DAY_S] },
      y: { range: (_, __, max) => [0, Math.max(1, max ?? 0)] },
    },
    axes: [
      {
        ...axis,
        size: AXIS_PX,
        space: 96, // px; 30 November takes 80
        grid: { show: false },
        values: (_, splits) => splits.map((atS) => day(atS * 1000)),
      },
      {
        ...axis,
        size: GUTTER_PX,
        space: 30,
        grid,
        incrs: WHOLE_STEPS,
        values: (_, splits) => splits.map((value) => value.toLocaleString(locale, { notation: 'compact' })),
      },
    ],
    series: [{}, { stroke: colour('--chart-first'), fill: colour('--chart-first'), width: 0, paths: bars }],
  };
}

/** Steps of the axis; all values are whole numbers. */
const WHOLE_STEPS = Array.from({ length: 10 }, (_, power) => [1, 2, 5].map((step) => step * 10 ** power)).flat();
const bars: uPlot.Series.PathBuilder = (...args) => uPlot.paths.bars?.({ size: [0.7, 24, 1] })(...args) ?? null;
