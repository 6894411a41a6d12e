import type { DialCell, DialHistory, DialState } from '../../types.ts';

export const dialKinds = ['call', 'pair', 'stream', 'booking'] as const;
export type DialKind = (typeof dialKinds)[number];

/** Dial tests whose details are shown: those of a cell of the matrix, or of a figure of a region. */
export interface DialChoice {
  readonly kind: DialKind;
  readonly region: string;
  /** Sender's region of a pair, viewers' region of a stream; '' for calls and bookings. */
  readonly toRegion: string;
}

const NAME_CHARACTERS_MAX = 64;

export function choiceOf(query: string): DialChoice | undefined {
  const params = new URLSearchParams(query);
  const name = (key: string): string => (params.get(key) ?? '').slice(0, NAME_CHARACTERS_MAX);
  const kind = dialKinds.find((one) => one === params.get('kind'));
  const region = name('region');
  if (kind === undefined || region === '') return undefined;
  return { kind, region, toRegion: name('toRegion') };
}

/** Returns '?kind=…', or '' without a choice. */
export function queryOf(choice: DialChoice | undefined): string {
  if (choice === undefined) return '';
  const { toRegion, ...params } = choice;
  return `?${new URLSearchParams({ ...params, ...(toRegion !== '' && { toRegion }) })}`;
}

export const keyOf = ({ kind, region, toRegion }: { kind: string; region: string; toRegion: string }): string =>
  `${kind} ${region} ${toRegion}`;

/**
 * Results of a cell's dial tests from harmless to bad. `shaky`: a test of the last 15 min failed. `old`: the region's
 * tester, which makes the tests, is silent. `failing`: the API reports a current failure.
 */
export const healths = ['none', 'good', 'shaky', 'old', 'failing'] as const;
export type Health = (typeof healths)[number];
export function healthOf(cell: DialCell | undefined, isSilent = false): Health {
  if (cell === undefined || cell.tried === 0) return 'none';
  if (cell.isFailing) return 'failing';
  if (isSilent) return 'old';
  return cell.failed > 0 ? 'shaky' : 'good';
}

/**
 * Returns the share of successful tests, rounded so that it is 1 only without failures and 0 only without successes.
 */
export function successShare({ tried, failed }: Pick<DialCell, 'tried' | 'failed'>): number {
  const share = Math.floor((100 * (tried - failed)) / tried) / 100;
  return failed < tried ? Math.max(0.01, share) : 0;
}

export interface DialMatrix {
  readonly regions: readonly string[];
  readonly silent: ReadonlySet<string>;
  /** Returns the cell of a receiving and a sending region; for the same region its own calls. */
  at(to: string, from: string): DialCell | undefined;
}

export function matrixOf({ at: now, regions, cells }: DialState): DialMatrix {
  const byKey = new Map(cells.map((cell) => [keyOf(cell), cell]));
  return {
    regions: regions.map(({ region }) => region).sort(),
    silent: new Set(regions.flatMap((one) => (isSilentAt(one, Date.parse(now)) ? [one.region] : []))),
    at: (to, from) =>
      byKey.get(
        keyOf(to === from ? { kind: 'call', region: to, toRegion: '' } : { kind: 'pair', region: to, toRegion: from }),
      ),
  };
}

export interface DialRow {
  readonly region: string;
  readonly probe: string;
  readonly hostId: string;
  readonly reportedMs: number;
  readonly isSilent: boolean;
  readonly call?: DialCell;
  /** Worst of the region's streams. */
  readonly stream?: DialCell;
  readonly booking?: DialCell;
}

/** A tester is silent after three rounds without a report, and a minute at least. The alarm has the same limits. */
const ROUNDS_SILENT = 3;
const SILENT_MS = 60_000;
const isSilentAt = ({ reportedAt, everyS }: DialState['regions'][number], nowMs: number): boolean =>
  nowMs - Date.parse(reportedAt) >= Math.max(SILENT_MS, ROUNDS_SILENT * everyS * 1000);

export function rowsOf({ at, regions, cells }: DialState): readonly DialRow[] {
  const nowMs = Date.parse(at);
  return regions.map((one) => {
    const { region, probe, hostId, reportedAt } = one;
    const own = cells.filter((cell) => cell.region === region);
    const [call] = own.filter(({ kind }) => kind === 'call');
    const [booking] = own.filter(({ kind }) => kind === 'booking');
    const [stream] = own
      .filter(({ kind }) => kind === 'stream')
      .sort((a, b) => healths.indexOf(healthOf(b)) - healths.indexOf(healthOf(a)));
    return {
      region,
      probe,
      hostId,
      reportedMs: Date.parse(reportedAt),
      isSilent: isSilentAt(one, nowMs),
      ...(call && { call }),
      ...(stream && { stream }),
      ...(booking && { booking }),
    };
  });
}

/** Lines of the charts. Values are null where no test ran, so that the line has a gap; times are in seconds. */
export interface DialSeries {
  readonly times: readonly number[];
  readonly failed: readonly (number | null)[];
  readonly joinMs: readonly (number | null)[];
  readonly firstFrameMs: readonly (number | null)[];
  readonly gapMs: readonly (number | null)[];
}

export function seriesOf({ stepS, points }: DialHistory, fromS: number, toS: number): DialSeries {
  const byStep = new Map(points.map((point) => [Math.floor(Date.parse(point.at) / 1000 / stepS), point]));
  const first = Math.floor(fromS / stepS);
  const steps = Array.from({ length: Math.max(0, Math.floor(toS / stepS) - first + 1) }, (_, at) => first + at);
  const valuesOf = (name: 'joinMs' | 'firstFrameMs' | 'gapMs') => steps.map((step) => byStep.get(step)?.[name] ?? null);
  return {
    times: steps.map((step) => step * stepS),
    failed: steps.map((step) => {
      const point = byStep.get(step);
      return point === undefined ? null : point.failed / point.tried;
    }),
    joinMs: valuesOf('joinMs'),
    firstFrameMs: valuesOf('firstFrameMs'),
    gapMs: valuesOf('gapMs'),
  };
}
export type DialMeasure = Exclude<keyof DialSeries, 'times'>;

/** Returns the target of an arrow key in a matrix of `count` rows and columns; undefined for other keys. */
export function cellAfterKey(
  { row, column }: { readonly row: number; readonly column: number },
  key: string,
  count: number,
): { readonly row: number; readonly column: number } | undefined {
  const within = (at: number): number => Math.min(count - 1, Math.max(0, at));
  switch (key) {
    case 'ArrowUp':
      return { row: within(row - 1), column };
    case 'ArrowDown':
      return { row: within(row + 1), column };
    case 'ArrowLeft':
      return { row, column: within(column - 1) };
    case 'ArrowRight':
      return { row, column: within(column + 1) };
    case 'Home':
      return { row, column: 0 };
    case 'End':
      return { row, column: count - 1 };
    default:
      return undefined;
  }
}
