import { createServer, request, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { TargetAddresses } from '@meridian/node-shell';
import { createLogger, systemClock } from '@meridian/runtime';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { GuardProxy } from '../../src/pages/guard-proxy.ts';

const log = createLogger({ name: 'recorder', level: 'silent' });
let server: Server;
let authority: string;
const requestedPaths: string[] = [];
beforeAll(async () => {
  server = createServer((got, answer) => {
    requestedPaths.push(got.url ?? '');
    answer.end('inside');
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  authority = `127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => server.close());

async function proxy(allowed: readonly string[]): Promise<GuardProxy> {
  const addresses = new TargetAddresses({ key: 'pagesAllowed', allowed, clock: systemClock(), log });
  const open = await GuardProxy.open({ addresses });
  onTestFinished(() => open.close());
  return open;
}
const get = ({ port }: GuardProxy, path: string): Promise<string> =>
  new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port, path, agent: false }, (answer) => {
      answer.setEncoding('utf8');
      let body = '';
      answer.on('data', (text: string) => {
        body += text;
      });
      answer.on('end', () => resolve(`${answer.statusCode} ${body}`));
    });
    sent.on('error', reject);
    sent.end();
  });
const tunnel = ({ port }: GuardProxy, to: string): Promise<string> =>
  new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port });
    let text = '';
    socket.on('data', (bytes) => {
      text += bytes.toString();
    });
    socket.on('close', () => resolve(text));
    socket.write(`CONNECT ${to} HTTP/1.1\r\nHost: ${to}\r\n\r\n`);
    socket.once('data', () => socket.write('GET /tunnel HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n'));
  });

it('the proxy passes plain requests and tunnels to allowed addresses', async () => {
  requestedPaths.length = 0;
  const open = await proxy(['127.0.0.0/8']);
  expect(await get(open, `http://${authority}/plain?token=t`)).toBe('200 inside');
  expect(await tunnel(open, authority)).toMatch(/^HTTP\/1.1 200 [\s\S]*inside$/);
  expect(requestedPaths).toEqual(['/plain?token=t', '/tunnel']);
});

it('the proxy reaches no other internal address, and speaks no other protocol', async () => {
  requestedPaths.length = 0;
  const open = await proxy([]);
  expect(await get(open, `http://${authority}/plain`)).toBe('403 ');
  expect(await get(open, `http://localhost:${authority.split(':')[1]}/plain`)).toBe('403 ');
  expect(await get(open, 'ftp://example.org/')).toBe('403 ');
  expect(await tunnel(open, authority)).toMatch(/^HTTP\/1.1 403 /);
  expect(requestedPaths).toEqual([]);
});
