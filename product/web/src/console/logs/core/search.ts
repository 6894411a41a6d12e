import { instantOf, localOf } from '../../../core/local-time.ts';

/** Fields of the search form; '' if not filled in. */
export interface LogFilter {
  readonly room: string;
  readonly session: string;
  readonly decision: string;
  readonly words: string;
  /** Start of the search in RFC 3339. */
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

/** Parses the page's URL; missing fields are ''. */
export function filterOf(search: string): LogFilter {
  const params = new URLSearchParams(search);
  return Object.fromEntries(names.map((name) => [name, params.get(name) ?? ''])) as unknown as LogFilter;
}

export function filledFields(filter: Partial<LogFilter>): Record<string, string> {
  const fields = names.map((name) => [name, (filter[name] ?? '').trim()] as const);
  return Object.fromEntries(fields.filter(([, value]) => value !== ''));
}
export function logsQuery(filter: Partial<LogFilter>): string {
  const text = new URLSearchParams(filledFields(filter)).toString();
  return text === '' ? '' : `?${text}`;
}

/** Nodes may log about a room or session a little before its start and after its end. */
const AROUND_MS = 60_000;
/** Returns the span from a minute before the first time to a minute after the second. */
export const spanAround = (fromMs: number, toMs: number): Pick<LogFilter, 'from' | 'to'> => ({
  from: new Date(fromMs - AROUND_MS).toISOString(),
  to: new Date(toMs + AROUND_MS).toISOString(),
});

/** Formats 2026-11-26T09:00:05 in the zone, for a datetime-local field; '' for an invalid time. */
export function localTime(time: string, timeZone: string): string {
  const atMs = Date.parse(time);
  return Number.isNaN(atMs) ? '' : localOf(atMs, timeZone);
}

/** Converts a datetime-local value to RFC 3339; '' for an invalid time. */
export function timeOfLocal(local: string, timeZone: string): string {
  if (Number.isNaN(Date.parse(`${local}Z`))) return '';
  return new Date(instantOf(local, timeZone)).toISOString();
}

/** Formats a JSON line over several lines; other text stays unchanged. */
export function prettyJson(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text; // a truncated line
  }
}
