// Selects the configuration values that a node reports to the centre: those that nodes of its kind should share, so
// that a deviation is found.
import { limits, type NodeKind, nodeKind, type wire } from '@meridian/protocol';
import { isSecretName } from '@meridian/runtime';

/** Texts to report, listed because no rule can tell them from secrets or addresses. An unset text becomes `null`. */
const everyKind = ['logLevel'];
const sharedTexts: Readonly<Partial<Record<NodeKind, readonly string[]>>> = {
  [nodeKind.signaling]: ['allowedOrigins'],
  [nodeKind.gateway]: ['allowedOrigins', 'cdnAllowed', 'ffmpegSandbox'],
  [nodeKind.recorder]: ['composition.pagesAllowed', 'ffmpegSandbox', 'store.kind'],
  [nodeKind.library]: ['ffmpegSandbox', 'kinds', 'renditions.h264Preset', 'store.kind'],
  [nodeKind.api]: ['checkTenant', 'egressAllow', 'operatorTenant'],
};

const ownNames = new Set([
  ...['latitude', 'longitude', 'cpuCores', 'cores', 'bandwidthBps', 'slots', 'transcodeMillicores'],
]);
const isOwn = (name: string): boolean => ownNames.has(name) || /port$|^port|listen$/i.test(name);

/**
 * Returns numbers and switches at any depth, and the texts above, as JSON and ordered by key (`a.b`). Leaves out
 * secrets, lists of things (keys, tenants, providers), and values of the single node.
 */
export function sharedConfigOf(kind: NodeKind, config: object): wire.ConfigValue.$Properties[] {
  const found = new Map<string, unknown>(figuresOf(config, ''));
  for (const key of [...everyKind, ...(sharedTexts[kind] ?? [])]) found.set(key, valueAt(config, key) ?? null);
  return [...found]
    .map(([key, value]) => ({ key, value: JSON.stringify(value).slice(0, limits.configValueCharactersMax) }))
    .filter(({ key }) => key.length <= limits.configKeyCharactersMax)
    .sort((a, b) => (a.key < b.key ? -1 : 1))
    .slice(0, limits.configValuesMax);
}

function figuresOf(value: unknown, path: string): [key: string, value: unknown][] {
  if (typeof value === 'number' || typeof value === 'boolean') return [[path, value]];
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [];
  return Object.entries(value).flatMap(([name, item]) =>
    isSecretName(name) || isOwn(name) ? [] : figuresOf(item, path === '' ? name : `${path}.${name}`),
  );
}

const valueAt = (config: object, key: string): unknown =>
  key
    .split('.')
    .reduce<unknown>(
      (at, name) => (typeof at === 'object' && at !== null ? (at as Record<string, unknown>)[name] : undefined),
      config,
    );
