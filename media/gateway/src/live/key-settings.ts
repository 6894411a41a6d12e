import type { KeySource } from '@meridian/node-shell';

/**
 * Returns a setting of an API key. A key outside of the configuration (guests and users have keys of their tenant,
 * companies have keys known only to the api) gets the first setting of its tenant's entries.
 */
export function keySetting<K extends { readonly key: string; readonly tenant: string }, S>(
  o: { readonly apiKeys: readonly K[]; readonly keys: Pick<KeySource, 'findKnown'> },
  apiKey: string,
  settingOf: (entry: K) => S | undefined,
): S | undefined {
  const own = o.apiKeys.find(({ key }) => key === apiKey);
  if (own !== undefined) return settingOf(own);
  const tenant = o.keys.findKnown(apiKey)?.tenant;
  for (const entry of o.apiKeys) {
    const setting = entry.tenant === tenant ? settingOf(entry) : undefined;
    if (setting !== undefined) return setting;
  }
  return undefined;
}
