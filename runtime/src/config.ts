import { readFileSync } from 'node:fs';
import { type Static, type TObject, type TSchema, Type } from 'typebox';
import { Check, Clone, Default, Errors } from 'typebox/value';
import { isSecretName, REDACTED } from './redact.ts';

/**
 * What every service's configuration holds; spread into its own `Type.Object({...baseConfig, …})`. The descriptions of
 * all configuration keys are what docs/reference.md is generated from.
 */
export const baseConfig = {
  logLevel: Type.Union(
    ['trace', 'debug', 'info', 'warn', 'error', 'fatal'].map((level) => Type.Literal(level as LogLevel)),
    { default: 'info', description: 'The least serious lines that are logged.' },
  ),
  metricsHost: Type.String({ minLength: 1, default: '127.0.0.1', description: 'Address of the metrics port.' }),
  metricsPort: Type.Integer({
    minimum: 0,
    maximum: 65_535,
    default: 0,
    description: 'Port of `/metrics` ([metrics.md](metrics.md)); 0: none is opened.',
  }),
  stateDir: Type.String({
    minLength: 1,
    default: 'state',
    description: 'Folder of what must survive a restart, above all the certificate.',
  }),
  closeLimitMs: Type.Integer({
    minimum: 100,
    maximum: 600_000,
    default: 10_000,
    description: 'How long an ordered stop may take before the process exits regardless.',
  }),
};

export type LogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal';

export interface ConfigIssue {
  key: string;
  value: unknown;
  allowed: string;
}

/** A configuration that cannot be used: every wrong key with its value and what would be allowed. */
export class ConfigError extends Error {
  readonly code = 'CONFIG_INVALID';
  readonly issues: ConfigIssue[];

  constructor(issues: ConfigIssue[]) {
    super(`configuration is not valid:\n${issues.map(describeIssue).join('\n')}`);
    this.name = 'ConfigError';
    this.issues = issues;
  }
}

export interface ConfigSource {
  /** Arguments after the program's name. */
  argv: string[];
  env: Record<string, string | undefined>;
}

/** The real process's arguments and environment: the only place that reads them. */
export function processSource(): ConfigSource {
  return { argv: process.argv.slice(2), env: process.env };
}

/** Larger files are not configuration but an accident. */
const FILE_BYTES_MAX = 1_048_576;

/**
 * The configuration: defaults of the schema, under the JSON file named by `--config`, under
 * `MERIDIAN_<UPPER_SNAKE_KEY>` for scalar top-level keys. Unknown keys at any depth are refused. The result is frozen
 * at every depth. Throws ConfigError.
 */
export function loadConfig<T extends TObject>(schema: T, source: ConfigSource): Readonly<Static<T>> {
  const fileValue = readFile(configPath(source.argv));
  const value = { ...fileValue, ...fromEnvironment(schema, source.env) };
  const issues: ConfigIssue[] = [];
  collectUnknownKeys(schema, value, '', issues);
  const filled = Default(schema, Clone(value));
  issues.push(...schemaIssues(schema, filled));
  if (issues.length > 0) throw new ConfigError(issues);
  return freezeDeep(filled) as Readonly<Static<T>>;
}

function configPath(argv: string[]): string | undefined {
  let path: string | undefined;
  for (let at = 0; at < argv.length; at++) {
    const argument = argv[at] ?? '';
    if (argument.startsWith('--config=')) path = argument.slice('--config='.length);
    else if (argument === '--config') path = argv[++at] ?? '';
    else throw new ConfigError([{ key: argument, value: undefined, allowed: 'only --config FILE' }]);
    if (path === '') throw new ConfigError([{ key: '--config', value: '', allowed: 'a file name' }]);
  }
  return path;
}

function readFile(path: string | undefined): Record<string, unknown> {
  if (path === undefined) return {};
  const refuse = (allowed: string): ConfigError => new ConfigError([{ key: '--config', value: path, allowed }]);
  let value: unknown;
  try {
    const bytes = readFileSync(path);
    if (bytes.length > FILE_BYTES_MAX) throw new RangeError(`file has ${bytes.length} bytes`);
    value = JSON.parse(bytes.toString('utf8'));
  } catch (error) {
    throw refuse(
      `a readable JSON file of at most ${FILE_BYTES_MAX} bytes (${error instanceof Error ? error.message : String(error)})`,
    );
  }
  if (!isRecord(value)) throw refuse('a JSON object at the top');
  return value;
}

/** Values stay text when they do not parse, so that the schema check names them as they were written. */
function fromEnvironment(schema: TObject, env: Record<string, string | undefined>): Record<string, unknown> {
  const found: Record<string, unknown> = {};
  for (const [key, property] of Object.entries(schema.properties)) {
    const text = env[environmentName(key)];
    if (text !== undefined && isScalar(property)) found[key] = parseScalar(property, text);
  }
  return found;
}

/** `metricsPort` → `MERIDIAN_METRICS_PORT`. */
export function environmentName(key: string): string {
  return `MERIDIAN_${key.replaceAll(/([a-z0-9])([A-Z])/g, '$1_$2').toUpperCase()}`;
}

interface SchemaView {
  type?: string;
  const?: unknown;
  anyOf?: TSchema[];
  properties?: Record<string, TSchema>;
  patternProperties?: Record<string, TSchema>;
  items?: TSchema;
  additionalProperties?: unknown;
}

function isScalar(schema: TSchema): boolean {
  const view = schema as SchemaView;
  if (view.anyOf !== undefined) return view.anyOf.every(isScalar);
  return ['string', 'number', 'integer', 'boolean'].includes(view.type ?? '');
}

function parseScalar(schema: TSchema, text: string): unknown {
  const view = schema as SchemaView;
  if (view.anyOf !== undefined) {
    const parsed = view.anyOf.map((option) => ({ option, value: parseScalar(option, text) }));
    return parsed.find(({ option, value }) => Check(option, value))?.value ?? text;
  }
  if (view.type === 'boolean') return text === 'true' ? true : text === 'false' ? false : text;
  if (view.type === 'number' || view.type === 'integer') return /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : text;
  return text;
}

function collectUnknownKeys(schema: TSchema, value: unknown, path: string, issues: ConfigIssue[]): void {
  const view = schema as SchemaView;
  if (view.anyOf !== undefined) {
    const option = view.anyOf.find((candidate) => Check(candidate, value));
    if (option !== undefined) collectUnknownKeys(option, value, path, issues);
  } else if (Array.isArray(value) && view.items !== undefined) {
    for (const [at, item] of value.entries()) collectUnknownKeys(view.items, item, `${path}[${at}]`, issues);
  } else if (isRecord(value) && view.properties !== undefined) {
    for (const [key, item] of Object.entries(value)) {
      const property = Object.hasOwn(view.properties, key) ? view.properties[key] : undefined;
      const at = path === '' ? key : `${path}.${key}`;
      if (property !== undefined) collectUnknownKeys(property, item, at, issues);
      else if (view.additionalProperties === undefined) {
        issues.push({
          key: at,
          value: shown(key, item),
          allowed: `no such key; known here: ${Object.keys(view.properties).join(', ')}`,
        });
      }
    }
  } else if (isRecord(value) && view.patternProperties !== undefined) {
    const [only] = Object.values(view.patternProperties);
    if (only === undefined) return;
    for (const [key, item] of Object.entries(value))
      collectUnknownKeys(only, item, path === '' ? key : `${path}.${key}`, issues);
  }
}

function schemaIssues(schema: TSchema, value: unknown): ConfigIssue[] {
  const issues = new Map<string, ConfigIssue>();
  for (const error of Errors(schema, value)) {
    const missing = error.keyword === 'required' ? error.params.requiredProperties : [''];
    for (const name of missing) {
      const path = pointerPath(error.instancePath);
      const key = [...path, ...(name === '' ? [] : [name])].join('.');
      const found = path.reduce<unknown>(
        (at, part) => (isRecord(at) || Array.isArray(at) ? (at as Record<string, unknown>)[part] : undefined),
        value,
      );
      const allowed = name === '' ? error.message : 'a value: the key is required';
      // A union reports each of its options and then itself; the texts are joined so that one key is one issue.
      const known = issues.get(key);
      if (known === undefined)
        issues.set(key, { key, value: name === '' ? shown(path.at(-1) ?? '', found) : undefined, allowed });
      else if (!known.allowed.includes(allowed)) known.allowed += `, ${allowed}`;
    }
  }
  return [...issues.values()];
}

function pointerPath(pointer: string): string[] {
  return pointer
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
}

/** Error texts are printed and kept: a secret in the wrong form must not end up there. */
function shown(key: string, value: unknown): unknown {
  return isSecretName(key) && value !== undefined ? REDACTED : value;
}

function describeIssue(issue: ConfigIssue): string {
  const value = issue.value === undefined ? '' : ` = ${JSON.stringify(issue.value)}`;
  return `  ${issue.key}${value}: ${issue.allowed}`;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function freezeDeep(value: unknown): unknown {
  if (typeof value === 'object' && value !== null) {
    for (const item of Object.values(value)) freezeDeep(item);
    Object.freeze(value);
  }
  return value;
}
