// Parses parameters of path and query, which are text on the wire, before the schema check. JSON bodies are never
// converted.

const NUMBER = /^-?\d{1,16}(\.\d{1,16})?$/;

/** Parses numbers, booleans and lists where the schema expects them; the schema then refuses other text. */
export function readText(
  schema: { readonly properties: Readonly<Record<string, object>> },
  received: unknown,
): Record<string, unknown> {
  const read: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(received as Record<string, unknown>)) {
    const ownSchema = Object.hasOwn(schema.properties, name) ? (schema.properties[name] as Shape) : undefined;
    read[name] = ownSchema === undefined ? value : readValue(ownSchema, value);
  }
  return read;
}

interface Shape {
  readonly type?: string;
  readonly items?: Shape;
  readonly anyOf?: readonly Shape[];
}

function readValue(shape: Shape, value: unknown): unknown {
  if (shape.type === 'array' && shape.items !== undefined) {
    const { items } = shape;
    return (Array.isArray(value) ? value : [value]).map((each) => readValue(items, each));
  }
  if (typeof value !== 'string') return value;
  const types = [shape, ...(shape.anyOf ?? [])].map(({ type }) => type);
  if ((types.includes('integer') || types.includes('number')) && NUMBER.test(value)) return Number(value);
  if (types.includes('boolean') && (value === 'true' || value === 'false')) return value === 'true';
  return value;
}
