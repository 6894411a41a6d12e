// Parsers of option values.

/** Error of an option value; its message says which form is valid. */
export class WordError extends Error {}

const UNITS_S: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };

/** Parses `90s`, `45m`, `1h30m` or `2d` into seconds, at least one. Throws WordError. */
export function durationS(text: string): number {
  const parts = [...text.matchAll(/(\d{1,7})([smhd])/g)];
  const isWhole = parts.length > 0 && parts.map(([part]) => part).join('') === text;
  const seconds = parts.reduce((sum, [, number, unit]) => sum + Number(number) * (UNITS_S[unit ?? ''] ?? 0), 0);
  if (!isWhole || seconds < 1) throw new WordError('a duration must look like 90s, 45m, 1h30m or 2d');
  return seconds;
}

/** Parses a meeting's duration, as `1h30m`. Throws WordError unless it is a whole number of minutes. */
export function durationMinutes(text: string): number {
  const minutes = durationS(text) / 60;
  if (!Number.isInteger(minutes)) throw new WordError('a meeting lasts whole minutes: 45m or 1h30m');
  return minutes;
}

/** Parses a local time, `2027-01-04T09:00` or `2027-01-04 09:00`. Throws WordError. */
export function localTime(text: string): string {
  const time = text.trim().replace(' ', 'T');
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?$/.test(time))
    throw new WordError('a time must look like 2027-01-04T09:00, local time in --zone');
  return time;
}

/** Parses a day, `2026-11-26`. Throws WordError. */
export function day(text: string): string {
  const time = new Date(`${text}T00:00Z`);
  const isDay = /^\d{4}-\d\d-\d\d$/.test(text) && time.getTime() > 0 && time.toISOString().startsWith(text);
  if (!isDay) throw new WordError('a day must look like 2026-11-26');
  return text;
}

/** Parses a day or a time into RFC 3339; without a zone, the zone of this machine counts. Throws WordError. */
export function instant(text: string): string {
  const ms = Date.parse(/^\d{4}-\d\d-\d\d$/.test(text) ? `${text}T00:00` : text);
  if (Number.isNaN(ms)) throw new WordError('a time must look like 2027-01-04, 2027-01-04T09:00 or 2027-01-04T09:00Z');
  return new Date(ms).toISOString();
}

/** Parses `Ann Lee <ann@example.org>` or `ann@example.org`. Throws WordError. */
export function person(text: string): { email: string; name?: string } {
  const email = '[^\\s<>]+@[^\\s<>]+';
  const named = new RegExp(`^([^<>]*)<(${email})>$`).exec(text.trim());
  const [name, address] = named === null ? ['', text.trim()] : [named[1]?.trim() ?? '', named[2] ?? ''];
  if (!new RegExp(`^${email}$`).test(address))
    throw new WordError('a person must look like ann@example.org or "Ann Lee <ann@example.org>"');
  return name === '' ? { email: address } : { email: address, name };
}

/** Parses `Red=ann,bob` or `Red` into a break-out room and its identities. Throws WordError. */
export function breakOut(text: string): { name: string; identities: string[] } {
  const [, name = '', listed = ''] = /^([^=]*)=?(.*)$/s.exec(text) ?? [];
  const identities = listed.split(',').map((identity) => identity.trim());
  if (name.trim() === '' || (listed.trim() !== '' && identities.includes('')))
    throw new WordError('a break-out room must look like NAME or NAME=IDENTITY,IDENTITY');
  return { name: name.trim(), identities: identities.filter((identity) => identity !== '') };
}

/** Parses `roomAdmin` or `canPublish=false`. Throws WordError for a grant that is not in `names`. */
export function grant<Name extends string>(text: string, names: readonly Name[]): { name: Name; value: boolean } {
  const [word = '', value = 'true'] = text.split('=', 2);
  const name = names.find((each) => each.toLowerCase() === word.toLowerCase());
  if (name === undefined) throw new WordError(`grants are ${names.join(', ')}`);
  if (value !== 'true' && value !== 'false') throw new WordError(`${name} must be true or false`);
  return { name, value: value === 'true' };
}

/** Parses an alarm label and its value, `rule=link-loss`; the value may contain `=`. Throws WordError. */
export function matcher(text: string): { name: string; value: string } {
  const [, name = '', value = ''] = /^([^=]*)=(.*)$/s.exec(text) ?? [];
  if (name.trim() === '' || value.trim() === '')
    throw new WordError('a label must look like NAME=VALUE, as rule=link-loss');
  return { name: name.trim(), value: value.trim() };
}
