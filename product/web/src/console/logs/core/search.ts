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
  return Number.isNaN(atMs) ? '' : localText(atMs, timeZone);
}
function localText(atMs: number, timeZone: string): string {
  const parts = { year: 'numeric', month: '2-digit', day: '2-digit' } as const;
  const times = { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' } as const;
  // Swedish dates have the ISO 8601 format.
  return new Intl.DateTimeFormat('sv-SE', { ...parts, ...times, timeZone }).format(atMs).replace(' ', 'T');
}

/** Converts a datetime-local value to RFC 3339; '' for an invalid time. */
export function timeOfLocal(local: string, timeZone: string): string {
  const asUtcMs = Date.parse(`${local}Z`);
  if (Number.isNaN(asUtcMs)) return '';
  const offsetMs = (atMs: number): number =>
    Date.parse(`${localText(atMs, timeZone)}Z`) - Math.floor(atMs / 1000) * 1000;
  // The first guess may use the offset from the other side of a clock change, so the offset is computed again.
  return new Date(asUtcMs - offsetMs(asUtcMs - offsetMs(asUtcMs))).toISOString();
}

/** Formats a JSON line over several lines; other text stays unchanged. */
export function prettyJson(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text; // a truncated line
  }
}
