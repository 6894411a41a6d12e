export type UnitKey =
  | 'percent'
  | 'percentHour'
  | 's'
  | 'ms'
  | 'minutes'
  | 'hours'
  | 'nodes'
  | 'hosts'
  | 'rounds'
  | 'keys'
  | 'usual'
  | 'other';
type SayUnit = (key: UnitKey, values: Readonly<Record<string, string | number>>) => string;

/** Text keys by the units of the API's rules (product/api/src/alarms/core/rules). */
const textKeys: ReadonlyMap<string, UnitKey> = new Map([
  ['share', 'percent'],
  ['share/h', 'percentHour'],
  ['s', 's'],
  ['ms', 'ms'],
  ['min', 'minutes'],
  ['hours', 'hours'],
  ['nodes', 'nodes'],
  ['hosts', 'hosts'],
  ['rounds', 'rounds'],
  ['keys', 'keys'],
  ['of the usual', 'usual'],
]);
export const isShare = (unit: string): boolean => unit === 'share' || unit === 'share/h';
/** Longest time shown in milliseconds; longer ones are shown in seconds. */
const MS_SHOWN_MAX = 10_000;

/** Formats a rule's number (`unit` of the API); '' for a rule without numbers. */
export function figureText(value: number, unit: string, o: { locale: string; say: SayUnit }): string {
  if (unit === '') return '';
  const number = (one: number, digits: number): string =>
    one.toLocaleString(o.locale, { maximumFractionDigits: digits });
  if (unit === 'ms' && Math.abs(value) > MS_SHOWN_MAX) return o.say('s', { n: number(value / 1000, 0) });
  const n = isShare(unit) ? number(value * 100, 1) : number(value, Math.abs(value) < 10 ? 2 : 1);
  return o.say(textKeys.get(unit) ?? 'other', { n, unit });
}

export const limitText = (limit: number, unit: string): string =>
  String(isShare(unit) ? Number((limit * 100).toFixed(4)) : limit);

/** Parses a form's limit; returns undefined if it is invalid. */
export function parsedLimit(text: string, unit: string): number | undefined {
  const number = text.trim() === '' ? Number.NaN : Number(text.trim().replace(',', '.'));
  if (!Number.isFinite(number) || number < 0 || number > LIMIT_MAX) return undefined;
  return isShare(unit) ? Number((number / 100).toFixed(6)) : number;
}

/** Largest limit that the API accepts (product/api/src/alarms/schemas.ts). */
const LIMIT_MAX = 1e12;
