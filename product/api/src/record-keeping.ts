// Assembles the audit log, retention, and the erasure of persons and tenants.
import type { Clock, Logger, Rng } from '@meridian/runtime';
import type { ApiKeys } from './access/keys.ts';
import type { Revocations } from './access/revocations.ts';
import { AuditLog } from './audit/audit-log.ts';
import { Erasures } from './erasure/erasures.ts';
import { TenantErasure } from './erasure/tenant-erasure.ts';
import type { Jobs } from './jobs/jobs.ts';
import type { Items } from './library/items.ts';
import type { LibraryKeeping } from './library/library.ts';
import type { RecordingErasing } from './recordings/erasing.ts';
import { purgeJob, Retentions } from './retention/retention.ts';
import type { RoomPolicies } from './rooms/room-policies.ts';
import type { Store } from './store/store.ts';

export interface RecordKeeping {
  readonly audit: AuditLog;
  readonly retentions: Retentions;
  readonly erasures: Erasures;
  readonly tenantErasure: TenantErasure;
}

/** Must be called before the jobs start. */
export function makeRecordKeeping(o: {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Logger;
  readonly rng: Rng;
  readonly jobs: Jobs;
  readonly keys: ApiKeys;
  readonly revocations: Revocations;
  readonly policies: RoomPolicies;
  readonly recordings: RecordingErasing;
  readonly library: LibraryKeeping;
  readonly items: Pick<Items, 'change' | 'delete' | 'setTranscript'>;
}): RecordKeeping {
  const { db } = o.store;
  const audit = new AuditLog({ ...o, db });
  const retentions = new Retentions({ ...o, db, audit });
  o.jobs.register(purgeJob(retentions));
  const tenantErasure = new TenantErasure({ ...o, db, audit });
  return { audit, retentions, erasures: new Erasures({ ...o, db }), tenantErasure };
}
