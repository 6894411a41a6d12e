// Load of every region, a value a minute of the wall clock for two days, as input of the forecast. It is written to the
// copy an hour at a time, so that the next leader continues it; minutes without a leader get the last value before
// them. Changed in place, bounded, no clock.

/** Two days: the season of the forecast needs more than one. */
export const HISTORY_MINUTES = 2 * 1440;
const HOUR_MINUTES = 60;
const REGIONS_MAX = 256;

interface LoadSeries {
  /** Minute of the last value, since 1970. */
  minute: number;
  /** Last minute seen on a wall clock that was set back to before `minute`; undefined: it was not set back. */
  backAt?: number | undefined;
  readonly values: number[];
}

/** Values of a region within an hour, by minute; null: unknown. */
export interface HistoryHour {
  readonly region: string;
  readonly hour: number;
  readonly values: readonly (number | null)[];
}

export class LoadHistory {
  readonly #series = new Map<string, LoadSeries>();

  /** Records the present load; within a minute the last value stays. Returns the region's values, oldest first. */
  record(region: string, minute: number, load: number): readonly number[] {
    const series = this.#series.get(region);
    if (series === undefined) {
      const [oldest] = this.#series.keys();
      if (this.#series.size >= REGIONS_MAX && oldest !== undefined) this.#series.delete(oldest);
      const values = [load];
      this.#series.set(region, { minute, values });
      return values;
    }
    setBack(series, minute);
    const passed = Math.max(0, minute - series.minute);
    const lastValue = series.values.at(-1) ?? 0;
    if (passed > HISTORY_MINUTES) series.values.length = 0;
    else for (let gap = 1; gap < passed; gap += 1) series.values.push(lastValue);
    if (passed === 0) series.values.pop();
    series.values.push(load);
    series.minute += passed;
    series.values.splice(0, series.values.length - HISTORY_MINUTES);
    return series.values;
  }

  keepOnly(regions: ReadonlySet<string>): void {
    for (const region of this.#series.keys()) if (!regions.has(region)) this.#series.delete(region);
  }

  /** Returns the known part of the hour of a minute; undefined: nothing is known. */
  hourOf(region: string, minute: number): HistoryHour | undefined {
    const series = this.#series.get(region);
    if (series === undefined) return undefined;
    const hour = Math.floor(minute / HOUR_MINUTES);
    const firstMinute = series.minute - series.values.length + 1;
    const values = Array.from({ length: HOUR_MINUTES }, (_, at) => {
      const value = series.values[hour * HOUR_MINUTES + at - firstMinute];
      return value === undefined ? null : Math.round(value * 1000) / 1000;
    });
    return { region, hour, values };
  }

  /** Restores saved hours, in any order. Unreadable or old values are left out. */
  restore(hours: readonly unknown[], minute: number): void {
    const validHours = hours.filter(isHour).sort((a, b) => a.hour - b.hour);
    for (const { region, hour, values } of validHours) {
      for (const [at, value] of values.entries()) {
        const then = hour * HOUR_MINUTES + at;
        if (value === null || then > minute || then <= minute - HISTORY_MINUTES) continue;
        this.record(region, then, value);
      }
    }
  }
}

/** After the clock was set back, the series waits for a minute; if the clock then goes on, the series follows it. */
function setBack(series: LoadSeries, minute: number): void {
  if (minute >= series.minute) series.backAt = undefined;
  else if (series.backAt === undefined || minute < series.backAt) series.backAt = minute;
  else if (minute > series.backAt) {
    series.minute = series.backAt;
    series.backAt = undefined;
  }
}

function isHour(value: unknown): value is HistoryHour {
  const { region, hour, values } = (value ?? {}) as { region?: unknown; hour?: unknown; values?: unknown };
  const isLoad = (one: unknown): boolean =>
    one === null || (typeof one === 'number' && Number.isFinite(one) && one >= 0);
  return (
    typeof region === 'string' &&
    Number.isSafeInteger(hour) &&
    Array.isArray(values) &&
    values.length <= HOUR_MINUTES &&
    values.every(isLoad)
  );
}
