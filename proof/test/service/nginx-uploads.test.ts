// Uploads and files of the library through the nginx of a host, with the configuration that `meridian node init`
// writes; the library node is a script.
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type RequestListener } from 'node:http';
import { type RequestOptions, request } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { createLocalAuthority, issueServerCertificate } from '@meridian/runtime/local-authority';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { nginxServer } from '../../../infra/ops/src/core/nginx.ts';
import { Nginx } from '../support/nginx-edge.ts';

/** More than nginx takes elsewhere (16 MiB), and than it would hold in memory. */
const PART_BYTES = 17 * 1_048_576;
const FIRST_BYTES = 1_048_576;
const LOG = 'access.log';
/** Twenty times the measured time. */
const LIMIT_MS = 15_000;
const token = 'a-secret-of-a-link';

let answer: RequestListener = () => undefined;
const node = createServer((asked, response) => answer(asked, response));
let nginx: Nginx;

beforeAll(async () => {
  await once(node.listen(0, '127.0.0.1'), 'listening');
  const { port: nodePort } = node.address() as AddressInfo;
  const nowMs = Date.now();
  const authority = await createLocalAuthority({ name: 'test', nowMs });
  const { certPem, keyPem } = await issueServerCertificate(authority, { ip: '127.0.0.1', nowMs });
  nginx = await Nginx.start(({ port, folder }) => {
    const [certFile, keyFile] = [join(folder, 'cert.pem'), join(folder, 'key.pem')];
    writeFileSync(certFile, certPem);
    writeFileSync(keyFile, keyPem);
    const addresses = { local: '127.0.0.1', public: '127.0.0.1' };
    const host = { kinds: ['library', 'web'], domain: 'meet.example.org', addresses } as const;
    const server = nginxServer(host, { certFile, keyFile })
      .replace(/^ {2}listen .*\n {2}listen .*$/m, `  listen 127.0.0.1:${port} ssl;`)
      .replaceAll(/127\.0\.0\.1:78\d\d/g, `127.0.0.1:${nodePort}`);
    return `access_log ${join(folder, 'logs', LOG)};\n${server}`;
  });
});
afterAll(async () => {
  node.closeAllConnections();
  node.close();
  await nginx.close();
});

const asking = (o: RequestOptions) =>
  request({ host: '127.0.0.1', port: nginx.port, agent: false, rejectUnauthorized: false, ...o });

async function received(message: IncomingMessage, bytes: number): Promise<void> {
  let count = 0;
  while (count < bytes) {
    const chunk: unknown = message.read() ?? (await once(message, 'readable'), message.read());
    count += Buffer.isBuffer(chunk) ? chunk.length : 0;
  }
}

it(
  'a part of an upload streams to the node, whatever its size, and the answer returns',
  async () => {
    const arrived = new Promise<IncomingMessage>((resolve) => {
      answer = async (asked, response) => {
        resolve(asked);
        await once(asked, 'end');
        response.writeHead(204, { 'upload-offset': String(PART_BYTES) }).end();
      };
    });
    const headers = { 'content-length': PART_BYTES, 'content-type': 'application/offset+octet-stream' };
    const upload = asking({ method: 'PATCH', path: `/library/uploads/${token}`, headers });
    const answered = once(upload, 'response') as Promise<[IncomingMessage]>;
    const tooEarly = answered.then(([{ statusCode }]) => Promise.reject(new Error(`refused with ${statusCode}`)));
    upload.write(Buffer.alloc(FIRST_BYTES));
    const asked = await Promise.race([arrived, tooEarly]);
    tooEarly.catch(() => undefined); // rejections after a timely answer
    await received(asked, FIRST_BYTES); // the rest is not sent yet
    asked.resume();
    upload.end(Buffer.alloc(PART_BYTES - FIRST_BYTES));
    const [response] = await answered;
    expect([response.statusCode, response.headers['upload-offset']]).toEqual([204, String(PART_BYTES)]);
    response.resume();
  },
  LIMIT_MS,
);

it(
  'a client cut off within a part is cut off at the node too',
  async () => {
    const arrived = new Promise<IncomingMessage>((resolve) => {
      answer = (asked) => resolve(asked);
    });
    const upload = asking({
      method: 'PATCH',
      path: `/library/uploads/${token}`,
      headers: { 'content-length': PART_BYTES },
    });
    upload.on('error', () => undefined).write(Buffer.alloc(FIRST_BYTES));
    const asked = await arrived;
    await received(asked, FIRST_BYTES);
    const requestClosed = new Promise<void>((resolve) => asked.once('error', () => resolve()));
    asked.resume();
    upload.destroy();
    await requestClosed;
  },
  LIMIT_MS,
);

it(
  'a file streams to the viewer as the node reads it',
  async () => {
    let goOn: () => void = () => undefined;
    answer = (_asked, response) => {
      response.writeHead(206, { 'content-range': 'bytes 0-8/100' }).write('first');
      goOn = () => response.end('last');
    };
    const asked = asking({ path: `/library/contents/${token}/original` }).end();
    const [response] = (await once(asked, 'response')) as [IncomingMessage];
    const [chunk] = (await once(response, 'data')) as [Buffer];
    expect([response.statusCode, String(chunk)]).toEqual([206, 'first']);
    goOn();
    expect(String((await once(response, 'data'))[0])).toBe('last');
  },
  LIMIT_MS,
);

it('logs contain no links of the library, and other paths keep their limit', async () => {
  answer = (_asked, response) => response.end();
  const otherRequest = asking({ method: 'POST', path: '/other', headers: { 'content-length': PART_BYTES } });
  otherRequest.on('error', () => undefined).flushHeaders();
  const [refused] = (await once(otherRequest, 'response')) as [IncomingMessage];
  expect(refused.statusCode).toBe(413);
  refused.resume();
  otherRequest.destroy();
  const log = (): string => readFileSync(join(nginx.folder, 'logs', LOG), 'utf8');
  await vi.waitFor(() => expect(log()).toContain('POST /other'), { timeout: 10_000 });
  expect(log()).not.toContain(token);
});
