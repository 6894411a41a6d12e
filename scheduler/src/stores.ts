// Where the centre writes down what outlives it: Redis, or memory and a file of SQLite. With the certificate authority,
// which is kept there and in the state folder.
import { join } from 'node:path';
import { type KeyValue, memoryKeyValue, redisKeyValue } from '@meridian/runtime';
import { ClusterAuthority } from './adapters/authority-file.ts';
import { fileStore } from './adapters/file-store.ts';
import type { SchedulerConfig } from './config.ts';
import { kvStore } from './copying/kv-store.ts';
import type { Store } from './copying/store.ts';
import type { SchedulerDeps } from './deps.ts';

/** With a hash tag: in a cluster of Redis all our keys lie together, because a write and its fence must. */
const KEY_PREFIX = 'meridian:{centre}:';
/** How often a centre looks whether another has replaced the authority, or the store has lost it. */
const KEEP_AUTHORITY_MS = 10_000;
/** Enrolment tokens in memory; each lives 15 minutes. */
const TOKENS_MAX = 10_000;

/** Whether other centres share the store, and with it the certificate authority. */
export const isOneOfSeveral = ({ standby, placesRegion }: SchedulerConfig): boolean =>
  standby || placesRegion !== undefined;

/** Where a centre without Redis has what outlives it. */
export const centreFile = ({ stateDir }: Pick<SchedulerConfig, 'stateDir'>): string => join(stateDir, 'centre.db');

/** Redis when there is one; otherwise tokens in memory and the copy in a file of SQLite. */
export async function openStores(
  deps: Pick<SchedulerDeps, 'config' | 'log' | 'clock' | 'closeStack'>,
): Promise<{ kv: KeyValue; store: Store }> {
  const { config, log, clock, closeStack } = deps;
  if (config.redisUrl !== undefined) {
    const kv = await redisKeyValue({ url: config.redisUrl, keyPrefix: KEY_PREFIX, log });
    closeStack.add('key-value store', () => kv.close());
    return { kv, store: kvStore(kv) };
  }
  const kv = memoryKeyValue({ clock, maxEntries: TOKENS_MAX });
  closeStack.add('key-value store', () => kv.close());
  const store = fileStore({ file: centreFile(config), clock });
  closeStack.add('store', () => store.close());
  return { kv, store };
}

/** The certificate authority of the cluster; centres that share a store share it. */
export function openOwnAuthority({ config, clock, log }: SchedulerDeps, kv: KeyValue): Promise<ClusterAuthority> {
  return ClusterAuthority.open({
    stateDir: config.stateDir,
    secret: config.clusterSecret,
    ...(config.clusterSecretBefore === undefined ? {} : { secretBefore: config.clusterSecretBefore }),
    clock,
    log,
    ...(isOneOfSeveral(config) ? { shared: kv } : {}),
  });
}

/** Keeps the certificate authority the same here and in the shared store. */
export function keepAuthority({ clock, log, closeStack }: SchedulerDeps, authority: ClusterAuthority): void {
  const keep = (): void => {
    authority
      .look()
      .catch((error: unknown) =>
        log.debug({ err: error }, 'the certificate authority could not be read from the store'),
      );
  };
  const timer = clock.every(KEEP_AUTHORITY_MS, keep);
  closeStack.add('certificate authority', () => timer.cancel());
}
