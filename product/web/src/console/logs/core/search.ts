// What is sought in logs, as the address of the page and the api have it. Pure.

/** Fields of the form; '': not given. */
export interface LogFilter {
  readonly room: string;
  readonly session: string;
  readonly decision: string;
  readonly words: string;
  /** RFC 3339. */
  readonly from: string;
  readonly to: string;
  readonly level: string;
  readonly nodes: string;
}
export const noFilter: LogFilter = {
  room: '',
  session: '',
  decision: '',
  words: '',
  from: '',
  to: '',
  level: '',
  nodes: '',
};
const names = Object.keys(noFilter) as (keyof LogFilter)[];

/** Of the address of the page; what it does not say is ''. */
export function filterOf(search: string): LogFilter {
  const given = new URLSearchParams(search);
  return Object.fromEntries(names.map((name) => [name, given.get(name) ?? ''])) as unknown as LogFilter;
}

/** For the address of the page, with its `?`, and for the api: fields that are given. */
export function givenOf(filter: Partial<LogFilter>): Record<string, string> {
  const given = names.map((name) => [name, (filter[name] ?? '').trim()] as const);
  return Object.fromEntries(given.filter(([, value]) => value !== ''));
}
export function logsQuery(filter: Partial<LogFilter>): string {
  const text = new URLSearchParams(givenOf(filter)).toString();
  return text === '' ? '' : `?${text}`;
}

/** Lines are written a little before and after what they are about. */
const AROUND_MS = 60_000;
/** From a minute before the one time to a minute after the other. */
export const spanAround = (fromMs: number, toMs: number): Pick<LogFilter, 'from' | 'to'> => ({
  from: new Date(fromMs - AROUND_MS).toISOString(),
  to: new Date(toMs + AROUND_MS).toISOString(),
});

/** 2026-11-26T09:00:05, as clocks show it there: what a field of date and time has. '' for what is no time. */
export function localTime(time: string, timeZone: string): string {
  const atMs = Date.parse(time);
  return Number.isNaN(atMs) ? '' : localText(atMs, timeZone);
}
function localText(atMs: number, timeZone: string): string {
  const parts = { year: 'numeric', month: '2-digit', day: '2-digit' } as const;
  const times = { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' } as const;
  // Swedish dates are those of ISO 8601.
  return new Intl.DateTimeFormat('sv-SE', { ...parts, ...times, timeZone }).format(atMs).replace(' ', 'T');
}

/** RFC 3339 of such a text; '' for what is no time. */
export function timeOfLocal(local: string, timeZone: string): string {
  const asUtcMs = Date.parse(`${local}Z`);
  if (Number.isNaN(asUtcMs)) return '';
  const offsetMs = (atMs: number): number =>
    Date.parse(`${localText(atMs, timeZone)}Z`) - Math.floor(atMs / 1000) * 1000;
  // The offset there, which the first guess may have taken from the other side of a change of clocks.
  return new Date(asUtcMs - offsetMs(asUtcMs - offsetMs(asUtcMs))).toISOString();
}

/** The line for reading: JSON on several lines, or as it is. */
export function laidOut(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text; // a line that was cut
  }
}
