// What a schema says of a configuration: unknown keys at any depth, and values that are not allowed.
import type { TSchema } from 'typebox';
import { Check, Errors } from 'typebox/value';
import { isRecord, type KeyPath } from './files.ts';
import { shown } from './issues.ts';

/** As an issue of a configuration, with the place of the key. */
export interface SchemaIssue {
  readonly path: KeyPath;
  readonly value: unknown;
  readonly allowed: string;
}

/** As much of a JSON schema as configurations have. */
export interface SchemaView {
  type?: string;
  const?: unknown;
  anyOf?: TSchema[];
  properties?: Record<string, TSchema>;
  patternProperties?: Record<string, TSchema>;
  items?: TSchema;
  additionalProperties?: unknown;
}

/** `peers[0].host`; of a key in a record its own name. */
export function keyOf(path: KeyPath): string {
  return path.reduce((text, part) => (/^\d+$/.test(part) && text !== '' ? `${text}[${part}]` : dotted(text, part)), '');
}

const dotted = (text: string, part: string): string => (text === '' ? part : `${text}.${part}`);

/** The keys of `value` that the schema does not have. */
export function unknownKeys(schema: TSchema, value: unknown, path: KeyPath = []): SchemaIssue[] {
  const view = schema as SchemaView;
  if (view.anyOf !== undefined) {
    const option = view.anyOf.find((candidate) => Check(candidate, value));
    return option === undefined ? [] : unknownKeys(option, value, path);
  }
  const { items, properties, patternProperties } = view;
  if (Array.isArray(value) && items !== undefined)
    return value.flatMap((item, at) => unknownKeys(items, item, [...path, String(at)]));
  if (!isRecord(value)) return [];
  if (properties !== undefined)
    return Object.entries(value).flatMap(([key, item]) => {
      const at = [...path, key];
      const property = Object.hasOwn(properties, key) ? properties[key] : undefined;
      if (property !== undefined) return unknownKeys(property, item, at);
      if (view.additionalProperties !== undefined && view.additionalProperties !== false) return [];
      const allowed = `no such key; known here: ${Object.keys(properties).join(', ')}`;
      return [{ path: at, value: shown(key, item), allowed }];
    });
  const [only] = Object.values(patternProperties ?? {});
  if (only === undefined) return [];
  return Object.entries(value).flatMap(([key, item]) => unknownKeys(only, item, [...path, key]));
}

/** The values of `value` that the schema does not allow, and the keys that it requires. */
export function wrongValues(schema: TSchema, value: unknown): SchemaIssue[] {
  const issues = new Map<string, { path: KeyPath; value: unknown; allowed: string }>();
  for (const error of Errors(schema, value)) {
    if (error.keyword === 'additionalProperties') continue; // `unknownKeys` names them
    const missing = error.keyword === 'required' ? error.params.requiredProperties : [''];
    for (const name of missing) {
      const path = pointerPath(error.instancePath);
      const at = name === '' ? path : [...path, name];
      const allowed = name === '' ? error.message : 'a value: the key is required';
      // A union reports each of its options and then itself; the texts are joined so that one key is one issue.
      const known = issues.get(keyOf(at));
      if (known === undefined) {
        const found = name === '' ? shown(path.at(-1) ?? '', valueAt(value, path)) : undefined;
        issues.set(keyOf(at), { path: at, value: found, allowed });
      } else if (!known.allowed.includes(allowed)) known.allowed += `, ${allowed}`;
    }
  }
  return [...issues.values()];
}

function valueAt(value: unknown, path: KeyPath): unknown {
  return path.reduce<unknown>(
    (at, part) => (isRecord(at) || Array.isArray(at) ? (at as Record<string, unknown>)[part] : undefined),
    value,
  );
}

function pointerPath(pointer: string): string[] {
  return pointer
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
}
