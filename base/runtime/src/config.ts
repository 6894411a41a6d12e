import { type Static, type TObject, type TSchema, Type } from 'typebox';
import { Check, Clone, Default } from 'typebox/value';
import { type ConfigFile, type KeyPath, readConfigFile } from './config/files.ts';
import { ConfigError, type ConfigIssue } from './config/issues.ts';
import { resolveReferences } from './config/references.ts';
import { readableIssues, secretIssues, unreadableUrls } from './config/rules.ts';
import { keyOf, pathOf, type SchemaView, unknownKeys, wrongValues } from './config/schema.ts';

export { ConfigError, type ConfigIssue, issuesOf, refuseErrors } from './config/issues.ts';
export {
  folderIssues,
  isUnspecified,
  type PortUse,
  portIssues,
  reachOf,
  secretExample,
  urlIssues,
} from './config/rules.ts';
export { exampleOf } from './config/schema.ts';
export { readSecretFile, SECRET_LENGTH_MIN, secretFileIssues } from './config/secret-file.ts';

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
    description: 'Port of `/metrics` ([metrics.md](metrics.md)) and of [health](#health); 0: none is opened.',
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

export interface ConfigSource {
  /** Arguments after the program's name. */
  argv: string[];
  env: Record<string, string | undefined>;
}

/** The real process's arguments and environment: the only place that reads them. */
export function processSource(): ConfigSource {
  return { argv: process.argv.slice(2), env: process.env };
}

export interface LoadedConfig<T extends TObject> {
  readonly config: Readonly<Static<T>>;
  /** The files it was read from, in order. */
  readonly files: readonly ConfigFile[];
  /** `--check-config` was given: nothing is to be started. */
  readonly checkOnly: boolean;
  /** The issue with the place of its key. */
  placed(issue: ConfigIssue): ConfigIssue;
}

/**
 * The configuration: defaults of the schema, under the files that `--config FILE` names (JSON, or YAML by the names
 * `.yaml` and `.yml`; each file's top-level keys over those of the files before it), under
 * `MERIDIAN_<UPPER_SNAKE_KEY>` for scalar top-level keys. In texts of files `${env:NAME}` stands for a variable of the
 * environment, `${file:PATH}` for the text of a file. Unknown keys at any depth are refused. The result is frozen at
 * every depth. Throws ConfigError.
 */
export function loadConfig<T extends TObject>(schema: T, source: ConfigSource): Readonly<Static<T>> {
  return openConfig(schema, source).config;
}

/** As `loadConfig`, with what is to be said of it. Throws ConfigError. */
export function openConfig<T extends TObject>(schema: T, source: ConfigSource): LoadedConfig<T> {
  const { paths, checkOnly } = readArguments(source.argv);
  const files = paths.map(readConfigFile);
  const environment = fromEnvironment(schema, source.env);
  const where = (path: KeyPath): string | undefined => placeOf(path, files, environment);
  // Not by assignment: `__proto__` is an unknown key as any other.
  const given = Object.fromEntries(files.map((file) => file.value).flatMap(Object.entries));
  const { value: resolved, issues: lost, written } = resolveReferences(given, source.env);
  const value = Object.fromEntries([resolved as object, environment].flatMap(Object.entries));
  const filled = Default(schema, Clone(value));
  // Of a reference that leads nowhere its own issue is enough.
  const lostKeys = new Set(lost.map(({ key }) => key));
  const wrong = [...unknownKeys(schema, value), ...wrongValues(schema, filled)]
    .map((issue) => Object.assign({ key: keyOf(issue.path) }, issue))
    .filter(({ key }) => !lostKeys.has(key));
  const asWritten = (issue: ConfigIssue): ConfigIssue =>
    issue.value === undefined || !written.has(issue.key) || Object.hasOwn(environment, pathOf(issue.key)[0] ?? '')
      ? issue
      : Object.assign({}, issue, { value: written.get(issue.key) });
  if (lost.length > 0 || wrong.length > 0)
    throw new ConfigError(
      [...lost, ...wrong].map(({ path, key, value: found, allowed, example }) =>
        asWritten({ key, value: found, allowed, example, where: where(path) }),
      ),
    );
  const placed = (issue: ConfigIssue): ConfigIssue =>
    issue.key.startsWith('--') ? issue : asWritten(Object.assign({ where: where(pathOf(issue.key)) }, issue));
  return { config: freezeDeep(filled) as Readonly<Static<T>>, files, checkOnly, placed };
}

/** What no schema says: of secrets and files in general, and by the rules of the service. */
export function findIssues<T extends TObject>(
  { config, files, placed }: LoadedConfig<T>,
  check: ((config: Readonly<Static<T>>) => readonly ConfigIssue[]) | undefined,
): ConfigIssue[] {
  const found = [...secretIssues(config), ...(check?.(config) ?? []), ...readableIssues(files)];
  const known = new Set(found.map(({ key }) => key));
  return [...found, ...unreadableUrls(config).filter(({ key }) => !known.has(key))].map(placed);
}

/** Undefined when there is no file at all. A key that no file has is looked for in all. */
function placeOf(path: KeyPath, files: readonly ConfigFile[], environment: object): string | undefined {
  const [top = ''] = path;
  if (Object.hasOwn(environment, top)) return environmentName(top);
  const file = files.findLast(({ value }) => Object.hasOwn(value, top));
  if (file === undefined) return files.length === 0 ? undefined : files.map((one) => one.path).join(' or ');
  const line = file.lineOf(path);
  return line === undefined ? file.path : `${file.path}:${line}`;
}

function readArguments(argv: string[]): { paths: string[]; checkOnly: boolean } {
  const paths: string[] = [];
  let checkOnly = false;
  for (let at = 0; at < argv.length; at++) {
    const argument = argv[at] ?? '';
    if (argument === '--check-config') checkOnly = true;
    else if (argument.startsWith('--config=')) paths.push(argument.slice('--config='.length));
    else if (argument === '--config') paths.push(argv[++at] ?? '');
    else throw new ConfigError([{ key: argument, value: undefined, allowed: 'only --config FILE, --check-config' }]);
    if (paths.at(-1) === '') throw new ConfigError([{ key: '--config', value: '', allowed: 'a file name' }]);
  }
  return { paths, checkOnly };
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

function freezeDeep(value: unknown): unknown {
  if (typeof value === 'object' && value !== null) {
    for (const item of Object.values(value)) freezeDeep(item);
    Object.freeze(value);
  }
  return value;
}
