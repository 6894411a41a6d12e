// Configuration files of a host: written with all keys, read back, and changed without losing comments.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { nodeConfig } from '@meridian/node-shell';
import { ConfigError, loadConfig, readConfigFile } from '@meridian/runtime';
import { isMap, isScalar, isSeq, type Node, parseDocument, type Scalar } from 'yaml';
import { probeConfig } from '../../../edge-probe/src/config.ts';
import { libraryConfig } from '../../../files/library/src/config.ts';
import { gatewayConfig } from '../../../media/gateway/src/config.ts';
import { recorderConfig } from '../../../media/recorder/src/config.ts';
import { apiConfig } from '../../../product/api/src/config.ts';
import { webConfig } from '../../../product/web/server/config.ts';
import { schedulerConfig } from '../../../scheduler/src/config.ts';
import { sfuConfig } from '../../../sfu/src/config.ts';
import { configSchema as signalingConfig } from '../../../signaling/src/config.ts';
import { writeOwned, writePublic } from './adapters/files.ts';
import type { Context } from './context.ts';
import { type ConfigContext, hostValues, type Values, valuesOf } from './core/configs.ts';
import { HostError } from './core/error.ts';
import { renderConfig, type ShownSchema } from './core/render.ts';
import { configFilesOf, isNode, type Service, type ServiceKind, servicesAmong, userOf } from './core/services.ts';

const schemas = {
  scheduler: schedulerConfig,
  signaling: signalingConfig,
  sfu: sfuConfig,
  'edge-probe': probeConfig,
  gateway: gatewayConfig,
  recorder: recorderConfig,
  library: libraryConfig,
  api: apiConfig,
  web: webConfig,
} as const satisfies Readonly<Record<ServiceKind, ShownSchema>>;

/** Keys of `host.yaml`; a node's own file has the others. */
const sharedKeys = ['hostId', 'region', 'city', 'latitude', 'longitude', 'centreUrl', 'regionCentreUrl', 'enrolUrl'];
/** Certificates come from an invitation, so no file has a token. */
const neverKeys = ['enrolmentToken', 'development', 'developmentCities', 'devKey'];

/** Keys of former releases that this one no longer has: a service would not start with them. */
export const removedKeys: Readonly<Partial<Record<ServiceKind, readonly string[]>>> = {
  recorder: ['httpListen', 'httpTls', 'publicUrl', 'tlsCertFile', 'tlsKeyFile', 'trustedProxies'],
  web: ['recorderUrls'],
};

export function writeConfigs(services: readonly Service[], config: ConfigContext): void {
  for (const service of services) writeServiceFile(service, config);
}

/** Writes `host.yaml` as the last step of a set-up, which can be repeated until then. */
export const writeHost = ({ host, folders }: ConfigContext): void =>
  writeHostFile(hostValues(host), join(folders.etc, 'host.yaml'));

function writeHostFile(values: Values, file: string): void {
  const shared = Object.fromEntries(Object.entries(nodeConfig).filter(([key]) => sharedKeys.includes(key)));
  const text = renderConfig({ title: 'What all nodes of this host share', schema: { properties: shared }, values });
  writePublic(file, text);
}

function writeServiceFile(service: Service, config: ConfigContext): void {
  const { kind, name } = service;
  const file = configFilesOf(service, config.folders).at(-1) ?? '';
  const shared = isNode(service) ? '; region, place and centre are in host.yaml' : '';
  const text = renderConfig({
    title: `Configuration of ${name}${shared}. Check it: meridian ${kind} --check-config …`,
    schema: schemas[kind],
    values: valuesOf(service, config),
    elsewhere: isNode(service) ? [...sharedKeys, ...neverKeys] : neverKeys,
  });
  writeOwned(file, text, { user: userOf(service) });
}

/** Returns the services with a file here, in start order. */
export function servicesHere({ folders }: Pick<Context, 'folders'>): Service[] {
  return existsSync(folders.etc) ? servicesAmong(readdirSync(folders.etc)) : [];
}

/** Returns the values that a service reads from these files and this environment, with defaults. ConfigError. */
export function loadValues(
  kind: ServiceKind,
  files: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): Values {
  return loadConfig(schemas[kind], { argv: files.flatMap((file) => ['--config', file]), env });
}

/** Returns the values of a file. HostError CONFIG_MISSING, CONFIG_UNREADABLE. */
export function readConfig(file: string): Readonly<Record<string, unknown>> {
  if (!existsSync(file))
    throw new HostError('CONFIG_MISSING', `there is no ${file}`, 'this command needs it: run it on the first server');
  try {
    return readConfigFile(file).value;
  } catch (error) {
    // The error contains nothing of the file's text, which may have secrets.
    const [issue] = error instanceof ConfigError ? error.issues : [];
    if (issue === undefined) throw error;
    throw new HostError('CONFIG_UNREADABLE', `${issue.value}: not ${issue.allowed}`, 'mend the file', { cause: error });
  }
}

/** Adds values to lists of a file, unless present, and keeps comments. Returns whether it has changed. */
export function addToLists(file: string, additions: Readonly<Record<string, string>>, service: Service): boolean {
  const document = parseDocument(readFileSync(file, 'utf8'));
  let hasChanged = false;
  for (const [key, value] of Object.entries(additions)) {
    const list = (document.toJS() as Record<string, unknown>)[key];
    const before = Array.isArray(list) ? list : [];
    if (before.includes(value)) continue;
    document.set(key, document.createNode([...before, value]));
    hasChanged = true;
  }
  if (hasChanged) writeOwned(file, document.toString({ lineWidth: 0 }), { user: userOf(service) });
  return hasChanged;
}

/** Removes values from lists of a file and keeps comments. Returns whether it has changed. */
export function takeFromLists(file: string, removals: Readonly<Record<string, string>>, service: Service): boolean {
  const document = parseDocument(readFileSync(file, 'utf8'));
  let hasChanged = false;
  for (const [key, value] of Object.entries(removals)) {
    const list = document.get(key);
    if (!isSeq(list)) continue;
    const remaining = list.items.filter((item) => (isScalar(item) ? item.value : item) !== value);
    if (remaining.length === list.items.length) continue;
    list.items = remaining;
    hasChanged = true;
  }
  if (hasChanged) writeOwned(file, document.toString({ lineWidth: 0 }), { user: userOf(service) });
  return hasChanged;
}

/** Removes the keys of former releases from the files of this host, and prints them. */
export function dropRemovedKeys(context: Pick<Context, 'folders' | 'out'>): void {
  for (const service of servicesHere(context)) {
    const file = configFilesOf(service, context.folders).at(-1) ?? '';
    const before = readFileSync(file, 'utf8');
    const dropped = (removedKeys[service.kind] ?? []).filter((key) => parseDocument(before).has(key));
    if (dropped.length === 0) continue;
    writeOwned(file, dropped.reduce(withoutKey, before), { user: userOf(service) });
    context.out(`${file}: ${dropped.join(', ')} taken out, which this release no longer has`);
  }
}

/** Returns the text without the lines of a top-level key, and without the comment directly above it. */
function withoutKey(text: string, key: string): string {
  const { contents } = parseDocument(text);
  const pair = isMap<Scalar, Node | null>(contents) ? contents.items.find((one) => one.key.value === key) : undefined;
  if (pair === undefined) return text;
  const [start = 0, keyEnd = 0] = pair.key.range ?? [];
  const valueEnd = pair.value?.range?.[1] ?? keyEnd;
  const above = text.slice(0, start).replace(/(?:(?<=^|\n)#.*\n)+$/, '');
  const below = text.slice(valueEnd).replace(/^.*\n?/, '');
  return above.endsWith('\n\n') ? above + below.replace(/^\n/, '') : above + below;
}

/** Sets keys of a file without secrets, as host.yaml; keeps comments and other keys. */
export const setValues = (file: string, values: Values): void => writePublic(file, withValues(file, values));

/** Returns the text of a file with other values of some keys; keeps comments and other keys. */
export function withValues(file: string, values: Values): string {
  const document = parseDocument(readFileSync(file, 'utf8'));
  for (const [key, value] of Object.entries(values))
    document.set(key, typeof value === 'object' ? document.createNode(value) : value);
  return document.toString({ lineWidth: 0 });
}
