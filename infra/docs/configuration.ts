// Tables of configuration keys, from the schemas that the services check. The generator fails on a key without a
// description.

export interface Schema {
  readonly type?: string;
  readonly title?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly examples?: readonly unknown[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly patternProperties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly minimum?: number;
  readonly exclusiveMinimum?: number;
  readonly maximum?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly minLength?: number;
}

export type Row = readonly [key: string, type: string, usual: string, meaning: string];

export interface KeyRows {
  readonly rows: readonly Row[];
  readonly undescribed: readonly string[];
}

/** A smaller minimum only means that the text is not empty. */
const SECRET_LENGTH = 16;

/** Units by the ends of key names (STYLE.md). */
const units: readonly (readonly [end: RegExp, unit: string])[] = [
  [/AtMs$/, 'ms since 1970'],
  [/Ms$/, 'ms'],
  [/Bps$/, 'bit/s'],
  [/Minutes$/, 'min'],
  [/(^|B|b)ytesMax$/, 'bytes'],
  [/Millicores$/, '1/1000 core'],
  [/Share$/, 'share'],
];

/**
 * Returns the rows of an object's keys, except `leftOut`, which have their own table. Keys of a nested object follow
 * it, unless its shape has a title or is in `documentedElsewhere`, as those are described once.
 */
export function keyRows(
  schema: Schema,
  o: { leftOut?: ReadonlySet<string>; documentedElsewhere?: ReadonlySet<string>; prefix?: string } = {},
): KeyRows {
  const rows: Row[] = [];
  const undescribed: string[] = [];
  for (const [name, property] of Object.entries(schema.properties ?? {})) {
    if (o.leftOut?.has(name)) continue;
    const key = `${o.prefix ?? ''}${name}`;
    if (property.description === undefined) undescribed.push(key);
    const meaning = [property.description ?? '', ...exampleOf(property)].join(' ');
    rows.push([`\`${key}\``, typeOf(property, name), usualOf(schema, name, property), meaning]);
    if (o.documentedElsewhere?.has(name)) continue;
    const inner = property.items ?? property;
    if (inner.properties === undefined || inner.title !== undefined) continue;
    const nested = keyRows(inner, { prefix: `${key}${property.items === undefined ? '' : '[]'}.` });
    rows.push(...nested.rows);
    undescribed.push(...nested.undescribed);
  }
  return { rows, undescribed };
}

/**
 * Returns an example; for a list, possibly that of its elements. Secrets have none, as their examples only say how to
 * make one.
 */
function exampleOf({ examples, items }: Schema): string[] {
  const [example] = examples ?? items?.examples ?? [];
  if (example === undefined || String(example).startsWith('REPLACE-')) return [];
  return [`Example: \`${typeof example === 'string' ? example : JSON.stringify(example)}\`.`];
}

function usualOf(owner: Schema, name: string, property: Schema): string {
  // The keys of a filled object have their own defaults.
  if (property.default !== undefined && property.properties === undefined)
    return `\`${JSON.stringify(property.default)}\``;
  return owner.required?.includes(name) === true && property.default === undefined ? 'required' : '–';
}

/** Describes a type in words, with bounds and unit. */
export function typeOf(schema: Schema, name = ''): string {
  const values = valuesOf(schema);
  if (values !== undefined) return values.map((value) => `\`${value}\``).join(', ');
  if (schema.title !== undefined) return `[${schema.title}](#addresses-to-listen-on)`;
  switch (schema.type) {
    case 'array':
      return [`list of ${plural(typeOf(schema.items ?? {}))}`, ...sizeOf(schema)].join(', ');
    case 'object':
      return schema.patternProperties === undefined
        ? 'object'
        : `object of ${typeOf(Object.values(schema.patternProperties)[0] ?? {})}`;
    case 'string':
      return (schema.minLength ?? 0) >= SECRET_LENGTH ? `text, at least ${schema.minLength} characters` : 'text';
    default:
      return [schema.type ?? 'any', ...unitOf(name), ...rangeOf(schema)].join(', ');
  }
}

function valuesOf({ enum: values, anyOf }: Schema): readonly unknown[] | undefined {
  if (values !== undefined) return values;
  return anyOf?.every((one) => one.const !== undefined) ? anyOf.map((one) => one.const) : undefined;
}

const plural = (type: string): string => (/^(text|object)\b/.test(type) ? type.replace(/^\w+/, '$&s') : type);

const unitOf = (name: string): string[] => {
  const unit = units.find(([end]) => end.test(name))?.[1];
  return unit === undefined ? [] : [unit];
};

function rangeOf({ minimum, exclusiveMinimum, maximum }: Schema): string[] {
  if (exclusiveMinimum !== undefined) return [`> ${exclusiveMinimum}${maximum === undefined ? '' : `, ≤ ${maximum}`}`];
  if (minimum === undefined) return [];
  return [maximum === undefined ? `≥ ${minimum}` : `${minimum} to ${maximum}`];
}

function sizeOf({ minItems, maxItems }: Schema): string[] {
  if (maxItems === undefined) return [];
  return [minItems === undefined ? `at most ${maxItems}` : `${minItems} to ${maxItems}`];
}
