// Bytes: of each file as the library gives it, and as it lies at each receiver.
import { createHash } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { answered } from './company.ts';
import type { Ordered } from './orders.ts';
import { nodes, type Place, type Stage } from './stage.ts';
import type { Uploaded } from './uploads.ts';

/** In words: what is not there, or has another hash. `files`: how many were looked at. */
export async function hashFindings(
  stage: Stage,
  { uploaded, ordered }: { readonly uploaded: readonly Uploaded[]; readonly ordered: readonly Ordered[] },
): Promise<{ readonly files: number; readonly findings: string[] }> {
  const findings: string[] = [];
  let files = 0;
  for (const one of uploaded) {
    files += 1;
    if ((await downloaded(stage, one)) !== one.sha256) findings.push(`${one.name}: a download has another hash`);
    const to = new Set(ordered.filter(({ item }) => item === one.item).flatMap((order) => order.to));
    for (const place of stage.places) {
      if (!to.has(place.id)) continue;
      files += 1;
      const path = pathsAt(stage, place, one).find(existsSync);
      if (path === undefined) findings.push(`${one.name}: it is not at ${place.name}`);
      else if ((await fileHash(path)) !== one.sha256)
        findings.push(`${one.name}: it has another hash at ${place.name}`);
    }
  }
  return { files, findings };
}

async function downloaded({ company }: Stage, { name, item }: Uploaded): Promise<string> {
  const link = () => company.post('/library/items/{item}/links', { params: { path: { item } }, body: {} });
  const { url } = await answered(`a link of ${name}`, link);
  const answer = await fetch(url);
  return createHash('sha256')
    .update(new Uint8Array(await answer.arrayBuffer()))
    .digest('hex');
}

/** Where it may be; at a region any of its nodes keeps it. */
function pathsAt({ cloud: { stateDir }, folder }: Stage, place: Place, { item, name, id }: Uploaded): string[] {
  if (place.kind === 'agent') return [join(stateDir, place.name, 'files', item, name)];
  if (place.kind === 'sftp') return [join(folder, item, name)];
  return nodes.map((node) => join(stateDir, node, 'distribution', id, 'file'));
}

async function fileHash(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}
