// A process that finishes a recording until it is killed: `STORE-FOLDER TENANT RECORDING`. Each call that changes the
// store is named on stdout when it is done, and at last `finished`.
import { openFileStore } from '../../../object-store/src/file-store.ts';
import { FaultyStore } from '../../../object-store/test/support/faulty-store.ts';
import { finishingOf, whenFinished } from './finishing.ts';

const [, , folder, tenant, recordingId] = process.argv;
if (folder === undefined || tenant === undefined || recordingId === undefined) throw new Error('arguments are missing');
const store = new FaultyStore(await openFileStore({ folder }));
const changes: readonly string[] = ['put', 'remove', 'append', 'finish'];
store.loses = (call, key) => {
  if (changes.includes(call)) process.stdout.write(`${call} ${key}\n`);
  return undefined;
};
const finishing = finishingOf(store);
await whenFinished(finishing, { tenant, recordingId, renditions: ['360p'] });
await finishing.close();
await store.close('done');
process.stdout.write('finished\n');
