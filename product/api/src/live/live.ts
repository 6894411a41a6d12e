import type { Clock, Logger, Rng } from '@meridian/runtime';
import type { ApiKeys } from '../access/keys.ts';
import type { Revocations } from '../access/revocations.ts';
import type { Jobs } from '../jobs/jobs.ts';
import type { NodeLinks } from '../nodes/node-links.ts';
import type { Store } from '../store/store.ts';
import { Gateways } from './gateways.ts';
import { RoomStreams } from './room-streams.ts';
import { StreamKeys } from './stream-keys.ts';

export interface LiveOptions {
  readonly store: Store;
  readonly nodes: Pick<NodeLinks, 'call' | 'linkedNodes'>;
  readonly keys: ApiKeys;
  readonly revocations: Revocations;
  readonly clock: Clock;
  readonly rng: Rng;
  readonly log: Logger;
  readonly sealSecret: string;
  readonly jobs: Jobs;
}

/** Registers jobs, so it must be called before they start. */
export function makeLive({ store: { db }, nodes, keys, revocations, clock, rng, log, sealSecret, jobs }: LiveOptions) {
  const gateways = new Gateways({ nodes, clock });
  const streamKeys = new StreamKeys({ db, gateways, keys, revocations, clock, rng });
  const roomStreams = new RoomStreams({ db, gateways, keys, sealSecret, clock, rng, log });
  jobs.register(streamKeys.job);
  jobs.register(roomStreams.job);
  return { gateways, streamKeys, roomStreams };
}
