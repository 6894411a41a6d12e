// Requests to receivers: public addresses and those the operator allows, no redirects, ten seconds at most.
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { TargetAddresses } from '@meridian/node-shell';
import { createLogger, ManualClock } from '@meridian/runtime';
import { afterEach, describe, expect, it } from 'vitest';
import { posting } from '../../../src/webhooks/post.ts';

const log = createLogger({ name: 'api', level: 'silent' });
let server: Server | undefined;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

async function receiver(answer: RequestListener): Promise<number> {
  server = createServer(answer);
  const listening = Promise.withResolvers<void>();
  server.listen(0, '127.0.0.1', () => listening.resolve());
  await listening.promise;
  return (server.address() as AddressInfo).port;
}
function set(o: { allowed?: string[]; found?: string[] } = {}) {
  const clock = new ManualClock();
  const { allowed = ['127.0.0.0/8'], found = ['127.0.0.1'] } = o;
  const lookup = async () => found.map((address) => ({ address }));
  const addresses = new TargetAddresses({ key: 'egressAllow', allowed, clock, log, lookup });
  const post = posting({ addresses, clock });
  return { clock, send: (url: string) => post({ url, headers: { 'x-a': 'b' }, body: '{"ö":1}', attempt: 0 }) };
}

describe('a request', () => {
  it('arrives unchanged, and the status and Retry-After of its answer are returned', async () => {
    const receivedBodies: string[] = [];
    const port = await receiver((request, response) => {
      request.on('data', (data) => receivedBodies.push(String(data)));
      request.on('end', () => response.writeHead(202, { 'retry-after': '7' }).end('never read'));
    });
    const outcome = await set().send(`http://oa.example:${port}/hook`);
    expect(outcome).toMatchObject({ status: 202, error: '', retryAfterMs: 7000 });
    expect(receivedBodies).toEqual(['{"ö":1}']);
  });

  it('follows no redirect', async () => {
    let requestCount = 0;
    const port = await receiver((_request, response) => {
      requestCount += 1;
      response.writeHead(307, { location: 'http://127.0.0.1:1/' }).end();
    });
    expect(await set().send(`http://oa.example:${port}/`)).toMatchObject({ status: 307, error: 'REDIRECT' });
    expect(requestCount).toBe(1);
  });

  it('waits ten seconds for an answer', async () => {
    const asked = Promise.withResolvers<void>();
    const port = await receiver(() => asked.resolve());
    const { clock, send } = set();
    const outcome = send(`http://oa.example:${port}/`);
    await asked.promise;
    clock.advance(10_000);
    expect(await outcome).toMatchObject({ status: 0, error: 'TIMEOUT', tookMs: 10_000 });
  });

  it('reports why it got no answer', async () => {
    const port = await receiver(() => undefined);
    server?.close();
    expect(await set().send(`http://oa.example:${port}/`)).toMatchObject({ status: 0, error: 'ECONNREFUSED' });
  });
});

describe('an internal address', () => {
  const hosts = ['127.0.0.1', '[::1]', '[::ffff:127.0.0.1]', '10.0.0.1', '169.254.169.254', '0x7f.1', '2130706433'];
  it.each(hosts)('is not dialled: %s', async (host) => {
    const outcome = await set({ allowed: [] }).send(`http://${host}:1/`);
    expect(outcome).toMatchObject({ status: 0, error: 'TARGET_REFUSED' });
  });

  it('is not dialled by a name either', async () => {
    const outcome = await set({ allowed: [], found: ['127.0.0.1', '::1'] }).send('http://oa.example:1/');
    expect(outcome).toMatchObject({ status: 0, error: 'TARGET_REFUSED' });
  });

  it('is dialled where the operator allows it', async () => {
    const port = await receiver((_request, response) => response.writeHead(200).end());
    expect(await set().send(`http://127.0.0.1:${port}/`)).toMatchObject({ status: 200 });
  });
});
