// Fetches a content in a process that is killed: FOLDER, source, Wanted and block size by argument.
import { createLogger, systemClock } from '@meridian/runtime';
import { openContentFolder } from '../../src/content/folder.ts';
import type { Wanted } from '../../src/content/types.ts';
import type { Source } from '../../src/contract.ts';

interface Argument {
  readonly folder: string;
  readonly source: Source;
  readonly wanted: Wanted;
  readonly blockBytes: number;
}
const { folder, source, wanted, blockBytes } = JSON.parse(process.argv[2] ?? '') as Argument;
const log = createLogger({ name: 'child', level: 'silent' });
const o = { folder, bytesMax: 1e9, parallel: 1, clock: systemClock(), log, blockBytes };
const contents = await openContentFolder(o);
const supply = { token: 'token', pass: 'pass', sources: async () => [source] };
await contents.fetch(wanted, supply, { signal: new AbortController().signal });
