// Process of one flood: `attacker.ts JSON`. It says `begun` when it begins, and what it did when its input ends, which
// is also how it ends when the lab is gone.
import process from 'node:process';
import { weigh } from '../../support/processor.ts';
import { begin, type Counts, type Flood } from './attacks.ts';

const flood = JSON.parse(process.argv[2] ?? '') as Flood;
const counts: Counts = { opened: 0, ended: 0, failed: 0, sentBytes: 0, asked: 0, refused: 0, served: 0 };
weigh(process.pid, flood.niceness);
process.stdin.resume();
process.stdin.once('end', () => {
  process.stdout.write(`${JSON.stringify(counts)}\n`, () => process.exit(0));
});
process.stdout.write('begun\n');
begin(flood, counts);
