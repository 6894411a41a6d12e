// A process that spools as fast as it can, until it is killed: `FOLDER`. Each piece that it was promised (`noteDurably`
// after it) is named on stdout.
import { createLogger, systemClock } from '@meridian/runtime';
import { machineDisk } from '../../src/stints/disk.ts';
import { StintSpool } from '../../src/stints/stint-spool.ts';
import { begin, fileEnd, piece } from './spooling.ts';

const [, , folder] = process.argv;
if (folder === undefined) throw new Error('the folder is missing');
const spool = await StintSpool.open({
  folder,
  disk: machineDisk,
  clock: systemClock(),
  log: createLogger({ name: 'spool', level: 'silent' }),
  isFull: () => false,
  onKeyNeeded: () => undefined,
  onFile: () => undefined,
  onFailed: (error) => {
    throw error;
  },
});
const tracks = [1, 2, 3, 4];
for (let ms = 0; ; ms += 1) {
  for (const track of tracks) {
    if (ms % 50 === 0) spool.write(track, ms === 0 ? [begin(ms)] : [fileEnd(ms), begin(ms)]);
    spool.write(track, [piece(ms, { bytes: 500 + ((ms * 137 * track) % 40_000), isKey: ms % 3 === 0 })]);
  }
  await spool.noteDurably({ type: 'speaker', identity: '', ms });
  process.stdout.write(`${ms}\n`);
}
