// Formats a child's JSON log line for people: time, process, level, message, and the important fields.

const levelNames: Readonly<Record<number, string>> = {
  10: 'trace',
  20: 'debug',
  30: 'info',
  40: 'warn',
  50: 'error',
  60: 'fatal',
};
const colours = ['36', '32', '35', '34', '33', '96', '92', '95'] as const;
/** `files` is a list of paths that would be cut; the log file has it. */
const hidden = new Set(['level', 'time', 'pid', 'hostname', 'name', 'msg', 'id', 'region', 'kind', 'files']);
const fieldLengthMax = 120;

export interface FormatOptions {
  readonly colour: boolean;
  readonly idWidth: number;
}

const paint = (on: boolean, code: string, text: string): string => (on ? `\u001b[${code}m${text}\u001b[0m` : text);

export function colourOf(id: string): string {
  let sum = 0;
  for (const char of id) sum = (sum * 31 + char.charCodeAt(0)) >>> 0;
  return colours[sum % colours.length] ?? '36';
}

function fieldText(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return (text ?? '').length > fieldLengthMax ? `${text.slice(0, fieldLengthMax)}…` : (text ?? '');
}

function entryOf(line: string): Record<string, unknown> | undefined {
  if (!line.startsWith('{')) return undefined;
  try {
    return JSON.parse(line) as Record<string, unknown>;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return undefined;
  }
}

/** Services write the level's name; pino's default is a number. */
const levelIn = ({ level }: Record<string, unknown>): string =>
  typeof level === 'string' ? level : (levelNames[Number(level)] ?? 'info');

/** Returns the level of a child's line; undefined for a line that is not a JSON object. */
export function levelOf(line: string): string | undefined {
  const entry = entryOf(line);
  return entry === undefined ? undefined : levelIn(entry);
}

export function revokedKeyIn(line: string): string | undefined {
  const key = entryOf(line)?.['revokedKey'];
  return typeof key === 'string' ? key : undefined;
}

/** ISO 8601, or ms since 1970. */
function timeIn({ time }: Record<string, unknown>, now: Date): Date {
  const date = typeof time === 'number' || typeof time === 'string' ? new Date(time) : now;
  return Number.isNaN(date.getTime()) ? now : date;
}

/** Formats one line of a child; a line that is not a JSON object is printed unchanged after its prefix. */
export function formatLine(id: string, line: string, o: FormatOptions, now: Date): string {
  const prefix = (time: Date): string =>
    `${time.toTimeString().slice(0, 8)} ${paint(o.colour, colourOf(id), id.padEnd(o.idWidth))}`;
  const entry = entryOf(line);
  if (entry === undefined) return `${prefix(now)} ${line}`;
  const level = levelIn(entry);
  const time = timeIn(entry, now);
  const fields = Object.entries(entry)
    .filter(([key]) => !hidden.has(key))
    .map(([key, value]) => `${key}=${fieldText(value)}`)
    .join(' ');
  const levelText = level === 'info' ? '' : `${paint(o.colour, level === 'warn' ? '33' : '31', level)} `;
  return `${prefix(time)} ${levelText}${String(entry['msg'] ?? '')}${fields === '' ? '' : ` ${paint(o.colour, '2', fields)}`}`;
}
