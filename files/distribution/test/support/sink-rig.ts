// Test bed of sinks: a received file, addresses, and a server that records POSTs.
import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TargetAddresses } from '@meridian/node-shell';
import { createLogger, systemClock } from '@meridian/runtime';
import type { Notice } from '../../src/contract.ts';
import type { FetchedFile } from '../../src/sinks/sink.ts';

export const clock = systemClock();
export const hashOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** Permits private addresses in `allowed`; every name resolves to the loopback. */
export const addressesOf = (allowed: readonly string[] = ['127.0.0.0/8']): TargetAddresses =>
  new TargetAddresses({
    key: 'distributionTargets',
    allowed,
    clock,
    log: createLogger({ name: 'library', level: 'silent' }),
    lookup: async () => [{ address: '127.0.0.1' }],
  });

export interface Rig {
  readonly folder: string;
  /** Returns a content on the disk, as a sink gets it. */
  fetchedFile(bytes: number | Buffer, o?: Partial<Notice>): Promise<FetchedFile & { readonly content: Buffer }>;
  /** Runs `end` at the end of the rig. */
  later(end: () => Promise<unknown>): void;
  end(): Promise<void>;
}

export async function openRig(): Promise<Rig> {
  const folder = await mkdtemp(join(tmpdir(), 'meridian-sinks-'));
  const ends: (() => Promise<unknown>)[] = [() => rm(folder, { recursive: true, force: true })];
  let made = 0;
  return {
    folder,
    async fetchedFile(bytes, o = {}) {
      const content = typeof bytes === 'number' ? randomBytes(bytes) : bytes;
      made += 1;
      const path = join(folder, `content-${made}`);
      await writeFile(path, content);
      const notice: Notice = {
        delivery: `DL_${String(made).padStart(4, '0')}`,
        order: 'DO_0001',
        tenant: 'acme',
        receiver: 'RC_0001',
        priority: 'normal',
        orderedMs: 1000,
        content: `CT_${String(made).padStart(4, '0')}`,
        item: 'IT_0001',
        name: 'film.mp4',
        type: 'video/mp4',
        bytes: content.length,
        sha256: hashOf(content),
        blocksSha256: hashOf(content),
        token: 'a.link.token',
        tokenEndsMs: 1_767_225_600_000,
        pass: 'p'.repeat(43),
        origins: ['https://library.example'],
      };
      return { notice: Object.assign(notice, o), path, signal: new AbortController().signal, content };
    },
    later: (end) => void ends.unshift(end),
    async end() {
      for (const end of ends) await end();
    },
  };
}

export interface Posted {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** Starts a server that answers POSTs with `answer`. */
export async function startReceiver(
  rig: Rig,
  answer: (response: ServerResponse) => void,
): Promise<{ readonly port: number; readonly posted: Posted[] }> {
  const posted: Posted[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      posted.push({ path: request.url ?? '', headers: request.headers, body: Buffer.concat(chunks).toString() });
      answer(response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  rig.later(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return { port: (server.address() as AddressInfo).port, posted };
}
