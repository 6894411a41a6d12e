import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { onTestFinished } from 'vitest';

/**
 * A program that passes the set-up's checks of a worker: exit 41 without a version, otherwise one message on channel 4.
 */
export const goodWorker = [
  '#!/bin/sh',
  '[ -z "$MEDIASOUP_VERSION" ] && exit 41',
  "printf '\\004\\000\\000\\000abcd' >&4",
  'exec sleep 20',
  '',
].join('\n');

/** A program that loads, but dies before it reports that it runs. */
export const crashingWorker = [
  '#!/bin/sh',
  '[ -z "$MEDIASOUP_VERSION" ] && exit 41',
  'echo no TLS >&2',
  'exit 3',
  '',
].join('\n');

/** Returns the head of a program for 64-bit PowerPC, which no test machine is. */
export function foreignWorker(): Buffer {
  const bytes = Buffer.alloc(4096);
  bytes.write('\x7fELF\x02\x01\x01', 'latin1');
  bytes.writeUInt16LE(2, 16);
  bytes.writeUInt16LE(21, 18);
  return bytes;
}

/** Returns a gzipped tar archive with one file, like a release. */
export function archive(content: string | Buffer, name = 'mediasoup-worker'): Buffer {
  const bytes = Buffer.from(content);
  const header = Buffer.alloc(512);
  header.write(name, 0);
  header.write('0000755\0', 100);
  header.write(`${bytes.length.toString(8).padStart(11, '0')}\0`, 124);
  header.write('0', 156);
  header.write('ustar\0', 257);
  const padding = Buffer.alloc((512 - (bytes.length % 512)) % 512);
  return gzipSync(Buffer.concat([header, bytes, padding, Buffer.alloc(1024)]));
}

/** Starts a release server on loopback, which ends after the test with its unanswered requests. */
export async function releaseServer(answer: RequestListener): Promise<{ url: string; paths: string[] }> {
  const paths: string[] = [];
  const server = createServer((request, response) => {
    paths.push(request.url ?? '');
    answer(request, response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, paths };
}
