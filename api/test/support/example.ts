// A value that a schema lets through: what is required, as short as can be.
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

/** Texts that patterns of this api's ids and names let through: the first that fits is taken. */
const texts = [
  'LK_0123456789abcdef',
  '0123456789abcdefghijkl',
  'a',
  'aa',
  'ABC',
  'API0123456789ab',
  '1',
  '123456789',
  'a@example.org',
  'https://example.org',
  '00:00',
];
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
  const found = texts
    .map((text) => text.padEnd(minLength, text))
    .find((text) => pattern === undefined || new RegExp(pattern, 'u').test(text));
  if (found === undefined) throw new Error(`no example fits the pattern ${pattern}`);
  return found;
}
