import type { Clock, Logger, Rng } from '@meridian/runtime';
import type { ApiKeys } from '../access/keys.ts';
import type { Jobs } from '../jobs/jobs.ts';
import { serveTasks, type TaskLink } from '../jobs/task-service.ts';
import type { Library } from '../library/library.ts';
import type { NodeLinks } from '../nodes/node-links.ts';
import type { Database } from '../store/store.ts';
import type { Deliveries } from '../webhooks/deliveries.ts';
import { RecordingAssembling } from './assembling.ts';
import { CarryingOver } from './carrying-over.ts';
import { RecordingCollecting } from './collecting.ts';
import { RecordingComposing } from './composing.ts';
import { RecordingErasing } from './erasing.ts';
import { RecordingLimits, type RecordingLimitsOptions } from './limits.ts';
import { Recorders } from './recorders.ts';
import { Records } from './records.ts';
import { TaskUploads } from './task-uploads.ts';
import { RecordingTrash } from './trash.ts';

export interface RecordingsOptions {
  readonly db: Database;
  readonly nodes: Pick<NodeLinks, 'call' | 'linkedNodes'>;
  readonly clock: Clock;
  readonly rng: Rng;
  readonly log: Logger;
  readonly jobs: Jobs;
  readonly deliveries: Pick<Deliveries, 'add'>;
  readonly keys: Pick<ApiKeys, 'fenceOf'>;
  readonly library: Pick<Library, 'items' | 'recordings' | 'trimming'>;
  readonly tellLimits: RecordingLimitsOptions['tellLimits'];
}

export interface Recordings {
  readonly recorders: Recorders;
  readonly records: Records;
  readonly erasing: RecordingErasing;
  readonly limits: RecordingLimits;
  readonly carryingOver: CarryingOver;
  readonly trash: RecordingTrash;
  /** Serves the link of a recorder. */
  attach(link: TaskLink): void;
}

/** Registers jobs, so it must be called before they start. */
export function makeRecordings(o: RecordingsOptions): Recordings {
  const { items, recordings: files, trimming } = o.library;
  const recorders = new Recorders(o);
  const limits = new RecordingLimits(o);
  o.jobs.register(limits.job);
  const records: Records = new Records({
    ...o,
    onChanged: (trx, row) => limits.changed(trx, row.tenant),
    onEnded: async (trx, row) => {
      const { tenant, id } = row;
      const knownTenant = await trx.selectFrom('tenants').select('id').where('id', '=', tenant).executeTakeFirst();
      if (knownTenant !== undefined) return collecting.begin(trx, row);
      await erasing.begin(trx, row);
      await trx
        .deleteFrom('recordings')
        .where((eb) => eb.and({ tenant, id }))
        .execute();
    },
    onDeletedSeen: (trx, row) => erasing.begin(trx, row),
  });
  const erasing = new RecordingErasing({
    ...o,
    recorders,
    records,
    files,
    collect: (trx, row) => collecting.begin(trx, row),
  });
  items.onDeleted((trx, item) => erasing.itemDeleted(trx, item));
  const composing = new RecordingComposing({
    ...o,
    collect: (trx, row, inMs = 0) => collecting.begin(trx, row, { inMs }),
  });
  const collecting: RecordingCollecting = new RecordingCollecting({ ...o, recorders, records, erasing, composing });
  const parts = { ...o, records, collecting, erasing, files, items, trimming };
  o.jobs.register(new RecordingAssembling(parts).kind);
  const trash = new RecordingTrash({ ...o, items, erasing });
  o.jobs.register(trash.job);
  const uploads = new TaskUploads({ ...o, files, trash });
  return {
    recorders,
    records,
    erasing,
    limits,
    trash,
    carryingOver: new CarryingOver({ ...o, recorders, collecting }),
    attach: (link) => {
      serveTasks(link, o.jobs, () => []);
      uploads.attach(link);
    },
  };
}
