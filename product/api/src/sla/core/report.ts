// Monthly report on objectives by region or tenant, with budgets and exclusions.
import { daysOf, type Hour, type JudgedHour, judgeHours, sum } from './judge.ts';
import { type Budget, budgetOf, type ObjectiveId, objectives, type Span } from './objectives.ts';

/** Events of the whole month, without excluded ones. */
export interface Sums {
  readonly key: string;
  readonly total: number;
  readonly bad: number;
}

/** Month of a tenant, judged like hours without calls in `judgeHours`, and without excluded parts. */
export interface JudgedTenant {
  readonly key: string;
  readonly minutes: number;
  readonly badMinutes: number;
  readonly joins: number;
  readonly failedJoins: number;
}

export interface MonthFigures {
  readonly month: Span;
  readonly nowMs: number;
  /** Hours by region, needed for any kind of rows. */
  readonly regions: ReadonlyMap<string, readonly Hour[]>;
  readonly tenants: readonly JudgedTenant[] | undefined;
  readonly lost: ReadonlyMap<string, readonly Span[]>;
  readonly media: readonly Sums[];
  readonly api: readonly Sums[];
  readonly windows: readonly (Span & { readonly region: string })[];
  /** True for a tenant's report, in which hours without the tenant's joins tell nothing about the cloud. */
  readonly isOfTenant: boolean;
}

export interface Figure extends Budget {
  readonly objective: ObjectiveId;
  readonly total: number;
  readonly bad: number;
}

export interface ReportRow {
  readonly key: string;
  readonly figures: readonly Figure[];
}

export interface ExcludedFigures {
  readonly hours: number;
  readonly minutes: number;
  readonly badMinutes: number;
  readonly joins: number;
  readonly failedJoins: number;
}

/** Hint: hours without events, hours judged together, or calls of silent testers (not counted). */
export interface Remark extends ExcludedFigures {
  readonly kind: 'unknown' | 'few' | 'silent';
  readonly region: string;
  readonly calls: number;
  readonly failedCalls: number;
}

export interface MonthReport {
  readonly total: ReportRow;
  readonly rows: readonly ReportRow[];
  readonly days: readonly { readonly dayMs: number; readonly minutes: number; readonly badMinutes: number }[];
  readonly takenOut: readonly ExcludedFigures[];
  readonly remarks: readonly Remark[];
}

/** Returns the report of a month up to now. */
export function reportOf(o: MonthFigures): MonthReport {
  const toMs = Math.min(o.month.toMs, o.nowMs);
  const regions = judgedRegions(o, toMs);
  const allHours = [...regions.values()].flat();
  const rowOf = (row: JudgedTenant, isTotal = false): ReportRow => {
    const sumOfRow = (sums: readonly Sums[]) => addedUp(sums.filter(({ key }) => isTotal || key === row.key));
    const minutes = { total: row.minutes, bad: row.badMinutes };
    const joins = { total: row.joins, bad: row.failedJoins };
    const found = { availability: minutes, joins, media: sumOfRow(o.media), api: sumOfRow(o.api) };
    const figures = objectives.map(({ id, target }): Figure => {
      return { objective: id, ...found[id], ...budgetOf(found[id], target, o.month, o.nowMs) };
    });
    return { key: row.key, figures };
  };
  const keys = new Set([...regions.keys(), ...[...o.media, ...o.api].map(({ key }) => key)]);
  const rows = o.tenants ?? [...keys].map((key) => countedOf(key, regions.get(key) ?? []));
  return {
    total: rowOf(countedOf('', allHours), true),
    rows: rows.toSorted((a, b) => (a.key < b.key ? -1 : 1)).map((row) => rowOf(row)),
    days: daysOf(allHours),
    takenOut: o.windows.map((_, at) => takenOut(allHours.filter(({ window }) => window === at))),
    remarks: [...regions].flatMap(([region, hours]) => remarksOf(region, hours, o.isOfTenant)),
  };
}

function judgedRegions({ regions, lost, windows, isOfTenant }: MonthFigures, toMs: number): Map<string, JudgedHour[]> {
  const names = new Set([...regions.keys(), ...(isOfTenant ? [] : lost.keys())]);
  return new Map(
    [...names].sort().map((region) => {
      const isOf = (window: { readonly region: string }): boolean => window.region === '' || window.region === region;
      const windowAt = (ms: number) => windows.findIndex((one) => isOf(one) && one.fromMs <= ms && ms < one.toMs);
      const spans = isOfTenant ? [] : (lost.get(region) ?? []);
      return [region, judgeHours({ hours: regions.get(region) ?? [], toMs, lost: spans, windowAt })];
    }),
  );
}

function countedOf(key: string, hours: readonly JudgedHour[]): JudgedTenant {
  const { hours: _, ...sums } = takenOut(hours.filter(({ window }) => window < 0));
  return { key, ...sums };
}

const sumOf = (hours: readonly JudgedHour[], what: keyof ExcludedFigures | 'calls' | 'failedCalls'): number =>
  sum(hours.map((hour) => (what === 'hours' ? 1 : hour[what])));

const addedUp = (sums: readonly Sums[]): { total: number; bad: number } => ({
  total: sum(sums.map(({ total }) => total)),
  bad: sum(sums.map(({ bad }) => bad)),
});

const takenOut = (hours: readonly JudgedHour[]): ExcludedFigures => ({
  hours: hours.length,
  minutes: sumOf(hours, 'minutes'),
  badMinutes: sumOf(hours, 'badMinutes'),
  joins: sumOf(hours, 'joins'),
  failedJoins: sumOf(hours, 'failedJoins'),
});

function remarksOf(region: string, hours: readonly JudgedHour[], isOfTenant: boolean): Remark[] {
  const counted = hours.filter(({ window }) => window < 0);
  const kinds = {
    unknown: isOfTenant ? [] : counted.filter(({ basis }) => basis === 'unknown'),
    few: counted.filter(({ basis }) => basis === 'together'),
    silent: counted.filter(({ isSilent }) => isSilent),
  };
  return Object.entries(kinds).flatMap(([kind, hoursOfKind]): Remark[] =>
    hoursOfKind.length === 0
      ? []
      : [
          {
            kind: kind as Remark['kind'],
            region,
            ...takenOut(hoursOfKind),
            calls: sumOf(hoursOfKind, 'calls'),
            failedCalls: sumOf(hoursOfKind, 'failedCalls'),
          },
        ],
  );
}
