// A library node's files in a process of its own, for edges to ask: `FOLDER COUNT BYTES LARGE LARGE_BYTES`, which are so
// many contents of one file, small ones before large ones. Its port is the first line on stdout; each line on stdin is
// answered with what it has sent since the last one, as JSON.
import { mkdirSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import process from 'node:process';
import { createInterface } from 'node:readline';
import { ConnectionGate, FixedKeys, proxyRanges, Tokens } from '@meridian/node-shell';
import { fileServer, fileServerLimits, openFileStore, Streams } from '@meridian/object-store';
import { createLogger, systemClock } from '@meridian/runtime';
import { contentPrefix, FACTS_NAME } from '../../../../library/src/core/names.ts';
import { noMedia } from '../../../../library/src/core/report.ts';
import { contentRoutes } from '../../../../library/src/serving/content-routes.ts';
import { secrets } from '../../../../library/test/support/library.ts';
import { digestOf, fileOf } from './files.ts';
import { contentName } from './trace.ts';

const [folder = '', ...numbers] = process.argv.slice(2);
const [count = 0, bytes = 0, large = 0, largeBytes = 0] = numbers.map(Number);
/** As the store keeps it; what a crash would lose is made again by the next run. */
function keep(key: string, content: Uint8Array): string {
  const sha256 = digestOf(content);
  for (const [kind, text] of [
    ['hashes', `${sha256} ${content.length}\n`],
    ['objects', content],
  ] as const) {
    const path = join(folder, kind, key);
    mkdirSync(join(path, '..'), { recursive: true });
    writeFileSync(path, text);
  }
  return sha256;
}

for (let content = 0; content < count + large; content += 1) {
  const prefix = contentPrefix('acme', contentName(content));
  const size = content < count ? bytes : largeBytes;
  const sha256 = keep(`${prefix}original`, fileOf(content, size));
  const facts = { name: 'film.mp4', type: 'video/mp4', kind: 'video', bytes: size, sha256, media: noMedia };
  keep(`${prefix}${FACTS_NAME}`, Buffer.from(JSON.stringify(facts)));
}

const clock = systemClock();
const log = createLogger({ name: 'library', level: 'warn' });
const trustedProxies = proxyRanges(['127.0.0.1/32']);
const store = await openFileStore({ folder });
const sent = { requests: 0, bytes: 0 };
const onBytes = (more: number): void => {
  sent.bytes += more;
};
const streams = new Streams({ store, clock, log, onBytes });
const gate = new ConnectionGate({ limits: fileServerLimits, trustedProxies, clock });
const onAnswer = (): void => {
  sent.requests += 1;
};
const app = await fileServer({ streams, gate, trustedProxies, clock, log, onAnswer });
const keys = new FixedKeys([{ key: 'acme', secret: secrets.acme, tenant: 'acme' }]);
contentRoutes(app, {
  tokens: new Tokens(
    keys,
    () => clock.wallMs(),
    () => false,
  ),
  store,
  streams,
});
await app.listen({ host: '127.0.0.1', port: 0 });
process.stdout.write(`${(app.server.address() as AddressInfo).port}\n`);
for await (const _ of createInterface({ input: process.stdin })) {
  process.stdout.write(`${JSON.stringify(sent)}\n`);
  Object.assign(sent, { requests: 0, bytes: 0 });
}
await app.close();
await store.close('measured');
