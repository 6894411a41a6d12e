// Tests that pages can read why a request was refused that the HTTP parser did not take.
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { limits } from '@meridian/protocol';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { refuseUnparsed, tokenAddresses } from '../../src/index.ts';

let server: Server;
let port = 0;
beforeEach(async () => {
  server = createServer(tokenAddresses, (request, response) => response.end(`${request.url?.length}`));
  server.on('clientError', refuseUnparsed);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  port = (server.address() as AddressInfo).port;
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

/** Sends bytes and returns everything that comes until the end; rejects for a connection that is reset. */
async function answerTo(...parts: readonly string[]): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  for (const part of parts) socket.write(part);
  return await text(socket);
}
const get = (path: string, fields = ''): string => `GET ${path} HTTP/1.1\r\nHost: a\r\n${fields}\r\n`;

it('an address or a field that is too long is answered by 431, with a code and advice that any page may read', async () => {
  const long = 'x'.repeat(limits.headerBytesMax);
  for (const request of [get(`/?token=${long}`), get('/', `Authorization: Bearer ${long}\r\n`)]) {
    const answer = await answerTo(request);
    expect(answer).toMatch(/^HTTP\/1\.1 431 /);
    expect(answer).toContain('\r\nAccess-Control-Allow-Origin: *\r\n');
    expect(answer).toMatch(/\r\n\r\nREQUEST_INVALID: .* at most 8192 bytes are accepted\. Ask for a shorter token/);
  }
});

it('the answer is one, and is read, while the rest of the request still comes', async () => {
  const long = 'x'.repeat(200_000);
  const answer = await answerTo(`GET /?${long}`, long, long, ' HTTP/1.1\r\n\r\n');
  expect(answer.match(/HTTP\/1\.1/g)).toEqual(['HTTP/1.1']);
  expect(answer).toMatch(/^HTTP\/1\.1 431 /);
});

it('a sender that does not stop is cut', async () => {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => undefined);
  socket.resume();
  const closed = new Promise((resolve) => socket.once('close', resolve));
  const more = (): void => {
    while (!socket.destroyed && socket.write('y'.repeat(64 * 1024)));
  };
  socket.on('drain', more);
  socket.write('GET /?');
  more();
  await closed;
});

it('bytes that are no HTTP are answered by 400', async () => {
  const answer = await answerTo('HELLO\r\n\r\n');
  expect(answer).toMatch(/^HTTP\/1\.1 400 /);
  expect(answer).toContain('\r\n\r\nREQUEST_INVALID: The request is not valid HTTP.');
});

it('the largest token passes, with other parameters and fields', async () => {
  const token = 'x'.repeat(limits.tokenBytesMax);
  const answer = await answerTo(
    get(`/?token=${token}&more=${'y'.repeat(4000)}`, `Connection: close\r\nCookie: ${'z'.repeat(7000)}\r\n`),
  );
  expect(answer).toMatch(/^HTTP\/1\.1 200 /);
});
