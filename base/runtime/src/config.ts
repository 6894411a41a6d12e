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

/** Keys of every service's schema: `Type.Object({...baseConfig, …})`. docs/reference.md lists the descriptions. */
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
  argv: string[];
  env: Record<string, string | undefined>;
}

export function processSource(): ConfigSource {
  return { argv: process.argv.slice(2), env: process.env };
}

export interface LoadedConfig<T extends TObject> {
  readonly config: Readonly<Static<T>>;
  readonly files: readonly ConfigFile[];
  readonly checkOnly: boolean;
  placed(issue: ConfigIssue): ConfigIssue;
}

/**
 * Returns the configuration: the schema's defaults, overlaid by the files that `--config FILE` names (YAML by the
 * endings `.yaml` and `.yml`, otherwise JSON; top-level keys of later files win), overlaid by
 * `MERIDIAN_<UPPER_SNAKE_KEY>` for scalar top-level keys. In file texts `${env:NAME}` is replaced by an environment
 * variable and `${file:PATH}` by the text of a file. Unknown keys at any depth are refused. The result is frozen at
 * every depth. Throws ConfigError.
 */
export function loadConfig<T extends TObject>(schema: T, source: ConfigSource): Readonly<Static<T>> {
  return openConfig(schema, source).config;
}

/** Loads like `loadConfig`, and returns the files and the places of the keys as well. Throws ConfigError. */
export function openConfig<T extends TObject>(schema: T, source: ConfigSource): LoadedConfig<T> {
  const { paths, checkOnly } = readArguments(source.argv);
  const files = paths.map(readConfigFile);
  const environment = fromEnvironment(schema, source.env);
  const placeOfKey = (path: KeyPath): string | undefined => placeOf(path, files, environment);
  // Not by assignment: `__proto__` must be an unknown key like any other.
  const configured = Object.fromEntries(files.map((file) => file.value).flatMap(Object.entries));
  const { value: resolved, issues: lost, written } = resolveReferences(configured, source.env);
  const value = Object.fromEntries([resolved as object, environment].flatMap(Object.entries));
  const filled = Default(schema, Clone(value));
  // A reference that does not resolve has its own issue, so further issues of its key are dropped.
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
        asWritten({ key, value: found, allowed, example, where: placeOfKey(path) }),
      ),
    );
  const placed = (issue: ConfigIssue): ConfigIssue =>
    issue.key.startsWith('--') ? issue : asWritten(Object.assign({ where: placeOfKey(pathOf(issue.key)) }, issue));
  return { config: freezeDeep(filled) as Readonly<Static<T>>, files, checkOnly, placed };
}

/** Returns the issues that no schema can express: unsafe secrets and files, and the service's own rules. */
export function findIssues<T extends TObject>(
  { config, files, placed }: LoadedConfig<T>,
  check: ((config: Readonly<Static<T>>) => readonly ConfigIssue[]) | undefined,
): ConfigIssue[] {
  const found = [...secretIssues(config), ...(check?.(config) ?? []), ...readableIssues(files)];
  const known = new Set(found.map(({ key }) => key));
  return [...found, ...unreadableUrls(config).filter(({ key }) => !known.has(key))].map(placed);
}

/** Returns the variable, file or line of a key. A key that no file has gets the names of all files. */
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

/** Returns the keys of the environment. Values that do not parse stay text, so that reports show them as written. */
function fromEnvironment(schema: TObject, env: Record<string, string | undefined>): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  for (const [key, property] of Object.entries(schema.properties)) {
    const text = env[environmentName(key)];
    if (text !== undefined && isScalar(property)) values[key] = parseScalar(property, text);
  }
  return values;
}

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
