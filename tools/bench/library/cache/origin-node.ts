// A library node in a process of its own, for edges to ask: `FOLDER PORT COUNT BYTES LARGE LARGE_BYTES`, which are so
// many contents of one file, small ones before large ones. A line on stdout says that it listens; each line on stdin is
// answered with what it has sent since the last one, as JSON.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { createInterface } from 'node:readline';
import { openFileStore, type Store } from '@meridian/object-store';
import { contentPrefix, FACTS_NAME } from '../../../../library/src/core/names.ts';
import { noMedia } from '../../../../library/src/core/report.ts';
import { library } from '../../../../library/test/support/library.ts';
import { digestOf, EDGES_SECRET, fileOf } from './files.ts';
import { contentName } from './trace.ts';

const [folder = '', ...numbers] = process.argv.slice(2);
const [port = 0, count = 0, bytes = 0, large = 0, largeBytes = 0] = numbers.map(Number);
const FILE = 'original';
let sentBytes = 0;

/** As a file store keeps it; what a crash would lose is made again by the next run. */
function keep(key: string, content: Uint8Array): string {
  const sha256 = digestOf(content);
  const line = Buffer.from(`${sha256} ${content.length}\n`);
  for (const [kind, text] of Object.entries({ hashes: line, objects: content })) {
    const path = join(folder, 'files', kind, key);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
  return sha256;
}

/** Counts what is read of files to be sent: here all of it is. */
async function openStore(): Promise<Store> {
  const store = await openFileStore({ folder: join(folder, 'files') });
  const get = store.get.bind(store);
  store.get = async (key, o) => {
    const read = await get(key, o);
    if (key.endsWith(`/${FILE}`)) sentBytes += read.length;
    return read;
  };
  return store;
}

for (let content = 0; content < count + large; content += 1) {
  const prefix = contentPrefix('acme', contentName(content));
  const size = content < count ? bytes : largeBytes;
  const sha256 = keep(`${prefix}${FILE}`, fileOf(content, size));
  const facts = { name: 'film.mp4', type: 'video/mp4', kind: 'video', bytes: size, sha256, media: noMedia };
  keep(`${prefix}${FACTS_NAME}`, Buffer.from(JSON.stringify(facts)));
}

const node = await library({ folder, port, openStore, edges: { secret: EDGES_SECRET, servers: [] } });
process.stdout.write('listens\n');
for await (const _ of createInterface({ input: process.stdin })) {
  const requests = node.asked.filter((one) => one.includes(`/${FILE}`)).length;
  const questions = node.asked.filter((one) => one.includes('/viewer?')).length;
  process.stdout.write(`${JSON.stringify({ requests, questions, bytes: sentBytes })}\n`);
  node.asked.length = 0;
  sentBytes = 0;
}
await node.stop();
