// What people type after options.

/** A word that is none of those that an option takes; the message says which there are. */
export class WordError extends Error {}

const UNITS_S: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };

/** `90s`, `45m`, `1h30m`, `2d` in seconds; at least one. Throws WordError. */
export function durationS(text: string): number {
  const parts = [...text.matchAll(/(\d{1,7})([smhd])/g)];
  const isWhole = parts.length > 0 && parts.map(([part]) => part).join('') === text;
  const seconds = parts.reduce((sum, [, number, unit]) => sum + Number(number) * (UNITS_S[unit ?? ''] ?? 0), 0);
  if (!isWhole || seconds < 1) throw new WordError('a duration is written 90s, 45m, 1h30m or 2d');
  return seconds;
}

/** `1h30m` of a meeting. Throws WordError for what is no whole number of minutes. */
export function durationMinutes(text: string): number {
  const minutes = durationS(text) / 60;
  if (!Number.isInteger(minutes)) throw new WordError('a meeting lasts whole minutes: 45m, 1h30m');
  return minutes;
}

/** `2027-01-04T09:00` or `2027-01-04 09:00`, as clocks show it. Throws WordError. */
export function localTime(text: string): string {
  const time = text.trim().replace(' ', 'T');
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?$/.test(time))
    throw new WordError('a time is written 2027-01-04T09:00, as clocks of --zone show it');
  return time;
}

/** `2026-11-26`. Throws WordError. */
export function day(text: string): string {
  const time = new Date(`${text}T00:00Z`);
  const isDay = /^\d{4}-\d\d-\d\d$/.test(text) && time.getTime() > 0 && time.toISOString().startsWith(text);
  if (!isDay) throw new WordError('a day is written 2026-11-26');
  return text;
}

/** Also a day; without a zone that of this machine. In RFC 3339. Throws WordError. */
export function instant(text: string): string {
  const ms = Date.parse(/^\d{4}-\d\d-\d\d$/.test(text) ? `${text}T00:00` : text);
  if (Number.isNaN(ms)) throw new WordError('a time is written 2027-01-04, 2027-01-04T09:00 or 2027-01-04T09:00Z');
  return new Date(ms).toISOString();
}

/** `Ann Lee <ann@example.org>` or `ann@example.org`. Throws WordError. */
export function person(text: string): { email: string; name?: string } {
  const email = '[^\\s<>]+@[^\\s<>]+';
  const named = new RegExp(`^([^<>]*)<(${email})>$`).exec(text.trim());
  const [name, address] = named === null ? ['', text.trim()] : [named[1]?.trim() ?? '', named[2] ?? ''];
  if (!new RegExp(`^${email}$`).test(address))
    throw new WordError('a person is written ann@example.org or "Ann Lee <ann@example.org>"');
  return name === '' ? { email: address } : { email: address, name };
}

/** `Red=ann,bob` or `Red`: a break-out room and the identities that belong there. Throws WordError. */
export function breakOut(text: string): { name: string; identities: string[] } {
  const [, name = '', listed = ''] = /^([^=]*)=?(.*)$/s.exec(text) ?? [];
  const identities = listed.split(',').map((identity) => identity.trim());
  if (name.trim() === '' || (listed.trim() !== '' && identities.includes('')))
    throw new WordError('a break-out room is written NAME or NAME=IDENTITY,IDENTITY');
  return { name: name.trim(), identities: identities.filter((identity) => identity !== '') };
}

/** `roomAdmin`, `canPublish=false`. Throws WordError for what is none of `names`. */
export function grant<Name extends string>(text: string, names: readonly Name[]): { name: Name; value: boolean } {
  const [word = '', value = 'true'] = text.split('=', 2);
  const name = names.find((each) => each.toLowerCase() === word.toLowerCase());
  if (name === undefined) throw new WordError(`grants are ${names.join(', ')}`);
  if (value !== 'true' && value !== 'false') throw new WordError(`${name} is true or false`);
  return { name, value: value === 'true' };
}

/** `rule=link-loss`: a label of alarms and its value, which may have `=` in it. Throws WordError. */
export function matcher(text: string): { name: string; value: string } {
  const [, name = '', value = ''] = /^([^=]*)=(.*)$/s.exec(text) ?? [];
  if (name.trim() === '' || value.trim() === '')
    throw new WordError('a label is written NAME=VALUE, as rule=link-loss');
  return { name: name.trim(), value: value.trim() };
}
