import type { Clock, Logger, Rng } from '@meridian/runtime';
import type { ApiKeys } from '../access/keys.ts';
import type { Revocations } from '../access/revocations.ts';
import type { Jobs } from '../jobs/jobs.ts';
import type { NodeLinks } from '../nodes/node-links.ts';
import type { Database } from '../store/store.ts';
import type { Deliveries } from '../webhooks/deliveries.ts';
import { RecordingErasing } from './erasing.ts';
import { RecordingFinishing } from './finishing.ts';
import { RecordingLimits, type RecordingLimitsOptions } from './limits.ts';
import { Recorders } from './recorders.ts';
import { Records } from './records.ts';

export interface RecordingsOptions {
  readonly db: Database;
  readonly nodes: Pick<NodeLinks, 'call' | 'linkedNodes'>;
  readonly clock: Clock;
  readonly rng: Rng;
  readonly log: Logger;
  readonly jobs: Jobs;
  readonly deliveries: Pick<Deliveries, 'add'>;
  readonly keys: Pick<ApiKeys, 'signing'>;
  readonly revocations: Pick<Revocations, 'add'>;
  readonly tellLimits: RecordingLimitsOptions['tellLimits'];
}

export interface Recordings {
  readonly recorders: Recorders;
  readonly records: Records;
  readonly erasing: RecordingErasing;
  readonly limits: RecordingLimits;
}

export function makeRecordings(o: RecordingsOptions): Recordings {
  const recorders = new Recorders(o);
  const limits = new RecordingLimits(o);
  o.jobs.register(limits.job);
  const records: Records = new Records({
    ...o,
    onChanged: (trx, row) => limits.changed(trx, row.tenant),
    onEnded: async (trx, row) => {
      const { tenant, id } = row;
      const knownTenant = await trx.selectFrom('tenants').select('id').where('id', '=', tenant).executeTakeFirst();
      if (knownTenant !== undefined) return finishing.begin(trx, row);
      await erasing.reschedule(trx, row);
      await trx
        .deleteFrom('recordings')
        .where((eb) => eb.and({ tenant, id }))
        .execute();
    },
    onDeletedSeen: (trx, row) => erasing.reschedule(trx, row),
  });
  const finishing = new RecordingFinishing({ ...o, recorders, records });
  const erasing = new RecordingErasing({ ...o, recorders, records });
  return { recorders, records, erasing, limits };
}
