// Load of every region, a value a minute of the wall clock for two days, as input of the forecast. It is written to the
// copy an hour at a time, so that the next leader continues it; minutes without a leader get the last value before
// them. Changed in place, bounded, no clock.

/** Two days: the season of the forecast needs more than one. */
export const HISTORY_MINUTES = 2 * 1440;
const HOUR_MINUTES = 60;
const REGIONS_MAX = 256;

interface Line {
  /** Minute of the last value, since 1970. */
  minute: number;
  /** Last minute of a wall clock that was set back behind `minute`. */
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
  readonly #lines = new Map<string, Line>();

  /** Records the present load; within a minute the last value stays. Returns the region's values, oldest first. */
  note(region: string, minute: number, load: number): readonly number[] {
    const line = this.#lines.get(region);
    if (line === undefined) {
      const [oldest] = this.#lines.keys();
      if (this.#lines.size >= REGIONS_MAX && oldest !== undefined) this.#lines.delete(oldest);
      const values = [load];
      this.#lines.set(region, { minute, values });
      return values;
    }
    setBack(line, minute);
    const passed = Math.max(0, minute - line.minute);
    const before = line.values.at(-1) ?? 0;
    if (passed > HISTORY_MINUTES) line.values.length = 0;
    else for (let gap = 1; gap < passed; gap += 1) line.values.push(before);
    if (passed === 0) line.values.pop();
    line.values.push(load);
    line.minute += passed;
    line.values.splice(0, line.values.length - HISTORY_MINUTES);
    return line.values;
  }

  keepOnly(regions: ReadonlySet<string>): void {
    for (const region of this.#lines.keys()) if (!regions.has(region)) this.#lines.delete(region);
  }

  /** Returns the known part of the hour of a minute; undefined: nothing is known. */
  hourOf(region: string, minute: number): HistoryHour | undefined {
    const line = this.#lines.get(region);
    if (line === undefined) return undefined;
    const hour = Math.floor(minute / HOUR_MINUTES);
    const first = line.minute - line.values.length + 1;
    const values = Array.from({ length: HOUR_MINUTES }, (_, at) => {
      const value = line.values[hour * HOUR_MINUTES + at - first];
      return value === undefined ? null : Math.round(value * 1000) / 1000;
    });
    return { region, hour, values };
  }

  /** Restores saved hours, in any order. Unreadable or old values are left out. */
  restore(hours: readonly unknown[], minute: number): void {
    const known = hours.filter(isHour).sort((a, b) => a.hour - b.hour);
    for (const { region, hour, values } of known) {
      for (const [at, value] of values.entries()) {
        const then = hour * HOUR_MINUTES + at;
        if (value === null || then > minute || then <= minute - HISTORY_MINUTES) continue;
        this.note(region, then, value);
      }
    }
  }
}

/** After the clock was set back, the series waits for a minute; if the clock then goes on, the series follows it. */
function setBack(line: Line, minute: number): void {
  if (minute >= line.minute) line.backAt = undefined;
  else if (line.backAt === undefined || minute < line.backAt) line.backAt = minute;
  else if (minute > line.backAt) {
    line.minute = line.backAt;
    line.backAt = undefined;
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
