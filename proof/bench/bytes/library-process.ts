// A library node in a process of its own: `FOLDER PORT EDGE-URL`. Its api is a script: a line of the input asks it
// to open uploads, to wait until a number of them has ended, or to drop all.
import { mkdir, rm } from 'node:fs/promises';
import process from 'node:process';
import { createInterface } from 'node:readline';
import { until } from '../../../base/runtime/test/support/until.ts';
import type { Range } from '../../../files/library/src/core/plan.ts';
import { library, planOf, tokenOf } from '../../../files/library/test/support/library.ts';
import { edgeSecret } from './processes.ts';

export type LibraryQuestion =
  | { readonly ask: 'open'; readonly ids: readonly string[]; readonly bytes: number; readonly parts: Range[] }
  | { readonly ask: 'ended'; readonly count: number }
  | { readonly ask: 'token'; readonly id: string }
  | { readonly ask: 'drop' };

const place = { region: 'fra', latitude: 50, longitude: 8 };
const waitLimitMs = 120_000;
const [, , folder = '', port = '', edgeUrl = ''] = process.argv;
await mkdir(folder, { recursive: true });
const node = await library({
  folder,
  port: Number(port),
  config: { trustedProxies: ['127.0.0.1'], filesByProxy: true },
  edges: { secret: edgeSecret, servers: [{ url: edgeUrl, capacity: 1000, tier: 'edge', ...place }] },
});
node.join();

const answer = async (question: LibraryQuestion): Promise<unknown> => {
  switch (question.ask) {
    case 'open':
      for (const uploadId of question.ids) await node.open(planOf(question.bytes, { uploadId, parts: question.parts }));
      return question.ids.map((id) => question.parts.map((_, index) => node.urlOf(index, id)));
    case 'ended':
      await until('the uploads have ended', () => node.api.ended.length >= question.count, waitLimitMs);
      if (node.api.ended.some(({ code }) => code !== ''))
        throw new Error(`an upload was refused: ${node.api.ended[0]?.code}`);
      return true;
    case 'token':
      return tokenOf({ content: question.id, may: 'play' });
    case 'drop':
      for (const { uploadId } of node.api.ended) {
        await node.drop(uploadId ?? '');
        await rm(`${folder}/files/objects/t-acme/${uploadId}`, { recursive: true, force: true });
        await rm(`${folder}/files/hashes/t-acme/${uploadId}`, { recursive: true, force: true });
      }
      node.api.ended.splice(0);
      return true;
  }
};

for await (const line of createInterface({ input: process.stdin }))
  process.stdout.write(`${JSON.stringify((await answer(JSON.parse(line) as LibraryQuestion)) ?? true)}\n`);
await node.stop();
