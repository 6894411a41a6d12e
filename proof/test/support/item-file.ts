import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream } from 'node:stream/web';
import type { TestCloud } from './cloud.ts';
import { requestApi } from './company.ts';

/** Downloads the original file of an item from its library node, by a link; returns the link's URL. */
export async function downloadItem(cloud: TestCloud, item: string, path: string): Promise<string> {
  const body = { may: 'download', use: 'own', expiresInS: 600 };
  const { url } = await requestApi(cloud, 'POST', `/library/items/${item}/links`, body);
  const answer = await fetch(String(url));
  if (!answer.ok || answer.body === null) throw new Error(`the file of ${item}: HTTP ${answer.status}`);
  await pipeline(Readable.fromWeb(answer.body as ReadableStream), createWriteStream(path));
  return String(url);
}
