// Which values of its configuration a node shows the centre: those that nodes of its kind are expected to have alike,
// so that one that differs is found. Pure.
import { limits, type NodeKind, nodeKind, type wire } from '@meridian/protocol';
import { isSecretName } from '@meridian/runtime';

/**
 * Texts that are shared: no rule can know of a text whether it is a secret, an address or a folder, so each stands
 * here. One that is not set is said to be `null`.
 */
const everyKind = ['logLevel'];
const sharedTexts: Readonly<Partial<Record<NodeKind, readonly string[]>>> = {
  [nodeKind.signaling]: ['allowedOrigins'],
  [nodeKind.gateway]: ['allowedOrigins', 'cdnAllowed'],
  [nodeKind.recorder]: ['composition.pagesAllowed', 'store.kind'],
  [nodeKind.library]: ['kinds', 'renditions.h264Preset', 'store.kind'],
  [nodeKind.api]: ['checkTenant', 'egressAllow', 'operatorTenant'],
};

/** Where the node stands and listens, and what its machine can carry. */
const ownNames = new Set([
  ...['latitude', 'longitude', 'cpuCores', 'cores', 'bandwidthBps', 'slots', 'transcodeMillicores'],
]);
const isOwn = (name: string): boolean => ownNames.has(name) || /port$|^port|listen$/i.test(name);

/**
 * Numbers and switches at any depth, and the texts named above, as JSON and in the order of their keys (`a.b`). Never
 * secrets, lists of things (keys, tenants, providers), or what is of the one node.
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
