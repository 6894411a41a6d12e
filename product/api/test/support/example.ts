// Makes the shortest value with the required fields that a schema accepts.
interface Shape {
  readonly type?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Shape[];
  readonly properties?: Readonly<Record<string, Shape>>;
  readonly required?: readonly string[];
  readonly items?: Shape;
  readonly minItems?: number;
  readonly minLength?: number;
  readonly minimum?: number;
  readonly minProperties?: number;
  readonly pattern?: string;
  readonly format?: string;
}

let examples = 0;

/** Bodies that a handler accepts, by operation, where an example of the schema is not enough. */
export const bodies: Readonly<Record<string, object>> = {
  createCalendarFeed: { room: 'demo' },
  createWebhook: { url: 'https://example.org/hook' },
  /** Differs each time, since only one user may have an e-mail address. */
  get createUser() {
    examples += 1;
    return { email: `user${examples}@example.com`, name: 'User' };
  },
  get createGroup() {
    examples += 1;
    return { name: `Group ${examples}` };
  },
  createRoomPoll: { text: 'Tea?', options: ['yes', 'no'] },
  sendData: { text: 'hello' },
  setItemCover: { image: 'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAA=' },
  putMyRecordingTranscript: { vtt: 'WEBVTT\n\n00:00.000 --> 00:01.000\nHello' },
  putRecordingTranscript: { vtt: 'WEBVTT\n\n00:00.000 --> 00:01.000\nHello' },
  setItemTrim: { fromMs: 0, toMs: 10_000 },
  putTranscript: { vtt: 'WEBVTT\n\n00:00.000 --> 00:01.000\nHello' },
};

/** Candidates for patterns beyond a row of letters and [classes]{of characters}. */
const texts = ['a', 'ABC', '1', 'a@example.org', 'https://example.org', 'rtmp://example.org/app/key', '00:00'];
const formats: Readonly<Record<string, string>> = {
  'date-time': '2026-01-01T00:00:00.000Z',
  date: '2026-01-01',
  email: 'ann@example.org',
  uri: 'https://example.org/',
};

/** Throws if no text fits a pattern: add one above. */
export function exampleOf(schema: object): unknown {
  const shape = schema as Shape;
  if (shape.const !== undefined) return shape.const;
  if (shape.enum !== undefined) return shape.enum[0];
  const [first] = shape.anyOf ?? [];
  if (first !== undefined) return exampleOf(first);
  if (shape.type === 'object') return exampleObject(shape);
  if (shape.type === 'array') return Array.from({ length: shape.minItems ?? 0 }, () => exampleOf(shape.items ?? {}));
  if (shape.type === 'integer' || shape.type === 'number') return shape.minimum ?? 1;
  if (shape.type === 'boolean') return true;
  return shape.type === 'string' ? exampleText(shape) : null;
}

function exampleObject({ properties = {}, required = [], minProperties = 0 }: Shape): Record<string, unknown> {
  const names = [...new Set([...required, ...Object.keys(properties).slice(0, minProperties)])];
  return Object.fromEntries(names.map((name) => [name, exampleOf(properties[name] ?? {})]));
}

function exampleText({ pattern, format, minLength = 0 }: Shape): string {
  if (format !== undefined && formats[format] !== undefined) return formats[format];
  if (pattern === undefined) return 'a'.repeat(Math.max(1, minLength));
  const found = [shortestOf(pattern), ...texts].find((text) => new RegExp(pattern, 'u').test(text));
  if (found === undefined) throw new Error(`no example fits the pattern ${pattern}`);
  return found;
}

/** Replaces each class of characters by its first character, repeated as often as required. */
function shortestOf(pattern: string): string {
  return pattern
    .replaceAll(/\[([^\]\\])[^\]]*\](?:\{(\d+)[^}]*\}|([*+?]))?/g, (_, first: string, times?: string, sign?: string) =>
      first.repeat(Number(times ?? (sign === '*' || sign === '?' ? 0 : 1))),
    )
    .replaceAll(/^\^|\$$/g, '');
}
