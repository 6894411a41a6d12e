import { StoreError } from '../../../../files/object-store/src/core/errors.ts';
import type { Store } from '../../../../files/object-store/src/store.ts';
import type { Manifest } from '../../src/core/journal/manifest.ts';
import { manifestOf, type OrderedTime } from '../../src/core/journal/manifest-of.ts';
import { recordingPrefix } from '../../src/core/names.ts';
import { listStints, readJournals } from '../../src/stints/read-journals.ts';

/** Merges the journals that a store has of a recording. Rejects with `OBJECT_MISSING` when it has none. */
export async function readRecording(
  store: Store,
  tenant: string,
  recordingId: string,
  ordered?: OrderedTime,
): Promise<Manifest> {
  const prefix = recordingPrefix(tenant, recordingId);
  const stints = await listStints(store, prefix);
  if (stints.length === 0) throw new StoreError('OBJECT_MISSING');
  const read = (path: string, from: number, bytes: number) => store.get(`${prefix}${path}`, { range: { from, bytes } });
  return manifestOf(await readJournals(stints, read), ordered);
}
