// What callers cost before they have proved anything: no body is read of those that are refused, and slow ones keep
// no other out.
import { once } from 'node:events';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { limits } from '@meridian/protocol';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { type TestApi, testApi } from '../support/test-api.ts';

let api: TestApi;
let port = 0;
beforeAll(async () => {
  api = await testApi();
  await api.app.listen({ host: '127.0.0.1', port: 0 });
  ({ port } = api.app.server.address() as AddressInfo);
});
afterAll(() => api.close());

async function send(text: string, localAddress = '127.0.0.1'): Promise<Socket> {
  const socket = connect({ port, host: '127.0.0.1', localAddress });
  onTestFinished(() => void socket.destroy());
  socket.on('error', () => undefined); // it was cut
  await once(socket, 'connect');
  socket.write(text);
  return socket;
}

/** All that comes until the connection ends. */
async function heard(text: string, localAddress?: string): Promise<string> {
  let all = '';
  const socket = await send(text, localAddress);
  socket.on('data', (part) => {
    all += String(part);
  });
  await once(socket, 'close');
  return all;
}

const head = (method: string, path: string, o: { bytes: number; headers?: string }): string =>
  `${method} ${path} HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: ${o.bytes}\r\n${o.headers ?? ''}\r\n`;

it.each([8 * 600])('%i bodies that do not come, of eight addresses, keep no other caller out', async (slow) => {
  await Promise.all(
    Array.from({ length: slow }, (_, index) =>
      send(`${head('POST', '/api/v1/sessions', { bytes: 5000 })}{`, `127.0.0.${2 + (index % 8)}`),
    ),
  );
  const body = '{"email":"ada@example.org","password":"wrong"}';
  const signIn = `${head('POST', '/api/v1/sessions', { bytes: body.length, headers: 'connection: close\r\n' })}${body}`;
  for (const from of ['127.0.0.9', '127.0.0.2']) {
    const answers = await Promise.all(Array.from({ length: 20 }, () => heard(signIn, from)));
    expect(answers.filter((answer) => !answer.startsWith('HTTP/1.1 403'))).toEqual([]);
  }
});

describe('a refusal comes before the body, and ends the connection', () => {
  const withToken = async (scope: string): Promise<string> => `authorization: Bearer ${await api.token({ scope })}\r\n`;
  it.each([
    ['POST', '/api/v1/meetings', '', 401, 'TOKEN_MISSING'],
    ['POST', '/api/v1/meetings', 'authorization: Bearer x\r\n', 401, 'TOKEN_INVALID'],
    ['POST', '/api/v1/meetings', 'rooms:list', 403, 'NOT_PERMITTED'],
    ['PATCH', '/api/v1/meetings/mt_1', 'meetings:write', 428, 'PRECONDITION_REQUIRED'],
    ['POST', '/api/v1/nothing', '', 404, 'NOT_FOUND'],
    ['PUT', '/api/v1/meetings', '', 405, 'METHOD_NOT_ALLOWED'],
    ['POST', '/nothing', '', 404, 'NOT_FOUND'],
    ['POST', '/twirp/livekit.RoomService/ListRooms', '', 401, 'unauthenticated'],
  ] as const)('%s %s %s: %i %s', async (method, path, proof, status, code) => {
    const headers = /^\w+:\w+$/.test(proof) ? await withToken(proof) : proof;
    const answer = await heard(`${head(method, path, { bytes: 5000, headers })}{`);
    expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} (.|\\s)*connection: close(.|\\s)*"code":"${code}"`, 'i'));
  });
});

describe('a body of what needs no token', () => {
  it.each([
    [limits.restPublicBodyBytesMax, 400],
    [limits.restPublicBodyBytesMax + 1, 413],
  ])('of %i bytes is answered %i', async (bytes, status) => {
    const answer = await api.app.inject({
      method: 'POST',
      url: '/api/v1/sessions',
      headers: { 'content-type': 'application/json' },
      payload: `{"x":"${'x'.repeat(bytes - 8)}"}`,
    });
    expect(answer.statusCode).toBe(status);
  });

  it('is larger where a token is needed', async () => {
    const body = { title: 'x'.repeat(100_000) };
    expect((await api.ask('POST', '/meetings', { body })).json()).toMatchObject({ code: 'REQUEST_INVALID' });
  });
});

it.each(['/api/v1/%E0%A4%A', '/twirp/%ff', '/api/v1/..%2fx'])('the address %s has a problem document', async (path) => {
  const answer = await heard(`GET ${path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\naccept-language: zh\r\n\r\n`);
  const isReadable = path.includes('..');
  expect(answer).toMatch(/content-type: application\/problem\+json/);
  expect(answer).toContain(isReadable ? '"code":"NOT_FOUND"' : '"title":"请求中有不允许的值。"');
});
