// Opens the store of durable state: Redis, or memory and a SQLite file. Includes the certificate authority, which is
// kept there and in the state folder.
import { join } from 'node:path';
import { type KeyValue, memoryKeyValue, redisKeyValue } from '@meridian/runtime';
import { ClusterAuthority } from './adapters/authority-file.ts';
import { fileStore } from './adapters/file-store.ts';
import type { SchedulerConfig } from './config.ts';
import { kvStore } from './copying/kv-store.ts';
import type { Store } from './copying/store.ts';
import type { SchedulerDeps } from './deps.ts';

/** The hash tag puts all keys into one slot of a Redis cluster, because a write and its fence must share a slot. */
const KEY_PREFIX = 'meridian:{centre}:';
/** Interval in which a centre checks whether another has replaced the authority, or the store has lost it. */
const AUTHORITY_CHECK_MS = 10_000;
/** Limit of enrolment tokens in memory; each lives 15 minutes. */
const TOKENS_MAX = 10_000;

/** Whether other centres share the store, and with it the certificate authority. */
export const isOneOfSeveral = ({ standby, placesRegion }: SchedulerConfig): boolean =>
  standby || placesRegion !== undefined;

export const centreFile = ({ stateDir }: Pick<SchedulerConfig, 'stateDir'>): string => join(stateDir, 'centre.db');

/** Opens Redis when it is configured; otherwise memory for tokens and a SQLite file for the copy. */
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

/** Opens the certificate authority of the cluster; centres with a common store share it. */
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
export function followSharedAuthority({ clock, log, closeStack }: SchedulerDeps, authority: ClusterAuthority): void {
  const keep = (): void => {
    authority
      .sync()
      .catch((error: unknown) =>
        log.debug({ err: error }, 'the certificate authority could not be read from the store'),
      );
  };
  const timer = clock.every(AUTHORITY_CHECK_MS, keep);
  closeStack.add('certificate authority', () => timer.cancel());
}
