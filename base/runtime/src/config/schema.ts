// Checks a configuration against its schema: unknown keys at any depth, and values that are not allowed.
import { closest, distance } from 'fastest-levenshtein';
import type { TSchema } from 'typebox';
import { Check, Errors } from 'typebox/value';
import { isRecord, type KeyPath } from './files.ts';
import { maskSecret } from './issues.ts';

export interface SchemaIssue {
  readonly path: KeyPath;
  readonly value: unknown;
  readonly allowed: string;
  readonly example?: unknown;
}

/** Parts of a JSON schema that configurations use. */
export interface SchemaView {
  type?: string;
  const?: unknown;
  enum?: unknown[];
  default?: unknown;
  examples?: unknown[];
  minItems?: number;
  required?: string[];
  anyOf?: TSchema[];
  properties?: Record<string, TSchema>;
  patternProperties?: Record<string, TSchema>;
  items?: TSchema;
  additionalProperties?: unknown;
}

/** Writes a path as `peers[0].host`; a key in a record keeps its own name. */
export function keyOf(path: KeyPath): string {
  return path.reduce((text, part) => (/^\d+$/.test(part) && text !== '' ? `${text}[${part}]` : dotted(text, part)), '');
}

const dotted = (text: string, part: string): string => (text === '' ? part : `${text}.${part}`);

export const pathOf = (key: string): KeyPath => key.split(/[.[\]]+/).filter((part) => part !== '');

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
      return [
        { path: at, value: maskSecret(key, item), allowed: `no such key; ${keyHint(key, Object.keys(properties))}` },
      ];
    });
  const [only] = Object.values(patternProperties ?? {});
  if (only === undefined) return [];
  return Object.entries(value).flatMap(([key, item]) => unknownKeys(only, item, [...path, key]));
}

function keyHint(key: string, known: readonly string[]): string {
  const nearest = closest(
    key.toLowerCase(),
    known.map((one) => one.toLowerCase()),
  );
  const suggestion = known.find((one) => one.toLowerCase() === nearest);
  // In a short name two letters make a different word.
  const isNear =
    suggestion !== undefined && distance(key.toLowerCase(), nearest) <= Math.max(1, Math.floor(key.length / 3));
  return isNear ? `did you mean ${suggestion}?` : `known here: ${known.join(', ')}`;
}

export function wrongValues(schema: TSchema, value: unknown): SchemaIssue[] {
  // Errors() takes several times as long as Check().
  if (Check(schema, value)) return [];
  const issues = new Map<string, SchemaIssue>();
  for (const error of Errors(schema, value)) {
    // `unknownKeys` reports these.
    if (error.keyword === 'additionalProperties' || error.keyword === 'boolean') continue;
    const parentPath = pointerPath(error.instancePath);
    const missing = error.keyword === 'required' ? error.params.requiredProperties : [];
    if (missing.length === 0) {
      const found = maskSecret(keyOf(parentPath), valueAt(value, parentPath));
      const allowed = choicesOf(schemaAt(schema, parentPath)) ?? error.message;
      add(issues, { path: parentPath, value: found, allowed, example: exampleOf(schemaAt(schema, parentPath)) });
    }
    for (const name of missing) {
      const path = [...parentPath, name];
      const allowed = 'a value: the key is required';
      add(issues, { path, value: undefined, allowed, example: exampleOf(schemaAt(schema, path)) });
    }
  }
  return [...issues.values()];
}

function add(issues: Map<string, SchemaIssue>, issue: SchemaIssue): void {
  const key = keyOf(issue.path);
  if (!issues.has(key)) issues.set(key, issue);
}

function choicesOf(schema: SchemaView | undefined): string | undefined {
  const values = schema?.enum ?? schema?.anyOf?.map((one) => (one as SchemaView).const);
  return values === undefined || values.includes(undefined) ? undefined : `one of ${values.join(', ')}`;
}

/** Returns the schema of a key; in a union, the first option with the key. */
export function schemaAt(schema: TSchema, path: KeyPath): SchemaView | undefined {
  const [part, ...rest] = path;
  const view = schema as SchemaView;
  if (part === undefined) return view;
  const { properties, items, patternProperties, anyOf } = view;
  const options = [properties?.[part], items, ...Object.values(patternProperties ?? {})];
  for (const next of options) if (next !== undefined) return schemaAt(next, rest);
  return anyOf?.map((option) => schemaAt(option, path)).find((found) => found !== undefined);
}

/** Returns an allowed value: the first example, the default, or a value built from the schemas inside. */
export function exampleOf(schema: SchemaView | undefined): unknown {
  if (schema === undefined) return undefined;
  const { examples, const: only, anyOf, properties, required = [], items } = schema;
  const [given = schema.default ?? only ?? schema.enum?.[0]] = examples ?? [];
  if (given !== undefined) return given;
  if (anyOf !== undefined) return exampleOf(anyOf[0]);
  if (items !== undefined) return (schema.minItems ?? 0) === 0 ? [] : [exampleOf(items)];
  if (properties === undefined) return undefined;
  const parts = required.map((name) => [name, exampleOf(properties[name])] as const);
  return Object.fromEntries(parts.filter(([, part]) => part !== undefined));
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
