import type { DayOfUse } from '../api.ts';

export const trendNames = ['rooms', 'participants', 'minutes'] as const;
export type TrendName = (typeof trendNames)[number];

export interface Trend {
  readonly name: TrendName;
  /** Value of each day, in the order of the days. */
  readonly values: readonly number[];
  /** Sum of the values; for participants the highest value, since the same person may come every day. */
  readonly figure: number;
}

export function trendsOf(days: readonly DayOfUse[]): readonly Trend[] {
  return trendNames.map((name) => {
    const values = days.map((day) => figureOf(day, name));
    const figure = name === 'participants' ? Math.max(0, ...values) : values.reduce((sum, value) => sum + value, 0);
    return { name, values, figure };
  });
}

const figureOf = ({ rooms, participants, totalS }: DayOfUse, name: TrendName): number =>
  ({ rooms, participants, minutes: Math.round(totalS / 60) })[name];

/** Start of a day as seconds of UTC, which the charts show in UTC: each day has its own place, whatever its length. */
export const dayStartS = ({ day }: Pick<DayOfUse, 'day'>): number => Date.parse(`${day}T00:00:00Z`) / 1000;
