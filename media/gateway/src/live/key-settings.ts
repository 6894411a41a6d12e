import type { KeySource } from '@meridian/node-shell';

/**
 * What the configuration says of an API key. Of one that is not in it (guests and users come by a key of their tenant,
 * companies by keys that only the api knows) it is what the first entry of the same tenant says that says something.
 */
export function keySetting<K extends { readonly key: string; readonly tenant: string }, S>(
  o: { readonly apiKeys: readonly K[]; readonly keys: Pick<KeySource, 'known'> },
  apiKey: string,
  settingOf: (entry: K) => S | undefined,
): S | undefined {
  const own = o.apiKeys.find(({ key }) => key === apiKey);
  if (own !== undefined) return settingOf(own);
  const tenant = o.keys.known(apiKey)?.tenant;
  for (const entry of o.apiKeys) {
    const setting = entry.tenant === tenant ? settingOf(entry) : undefined;
    if (setting !== undefined) return setting;
  }
  return undefined;
}
