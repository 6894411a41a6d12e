// Tests that a LiveKit client learns why it cannot join from the status and text of its refused upgrade, and pages from
// `/rtc/validate`.
import { type ErrorCode, errorCodes, limits } from '@meridian/protocol';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { TestClient, type TokenOptions, token } from './rig/client.ts';
import type { FakeNode } from './rig/node.ts';
import { type Instance, Rig } from './rig/rig.ts';
import { until } from './rig/until.ts';

interface Heard {
  /** Status of a refused upgrade, 101 for an open socket. */
  status: number;
  text: string;
  reasonPhrase: string;
  retryAfter: string | undefined;
  /** Code and reason of the close frame. */
  closed?: { code: number; reason: string };
  messages: number;
}

function upgrade(httpUrl: string, query: string): Promise<Heard> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(`${httpUrl.replace('http', 'ws')}/rtc?${query}`);
    let messages = 0;
    socket.on('message', () => {
      messages += 1;
      socket.close();
    });
    socket.on('error', reject);
    socket.on('close', (code, reason) =>
      resolve({
        status: 101,
        text: '',
        reasonPhrase: '',
        retryAfter: undefined,
        messages,
        closed: { code, reason: String(reason) },
      }),
    );
    socket.on('unexpected-response', async (_request, response) => {
      const text = (await response.toArray()).join('');
      const { statusCode: status = 0, statusMessage: reasonPhrase = '' } = response;
      resolve({ status, text, reasonPhrase, retryAfter: response.headers['retry-after'], messages });
    });
  });
}

async function validate(httpUrl: string, query: string) {
  const response = await fetch(`${httpUrl}/rtc/validate?${query}`, { headers: { origin: 'https://app.example' } });
  return {
    status: response.status,
    text: await response.text(),
    reasonPhrase: response.statusText,
    retryAfter: response.headers.get('retry-after') ?? undefined,
  };
}

let rig: Rig;
let node: FakeNode;
let instance: Instance;
let identities = 0;
beforeAll(async () => {
  rig = await Rig.start();
  node = await rig.node('sfu-1');
  instance = await rig.instance('sig-1', { development: false });
});
afterAll(async () => {
  await rig.close();
});
afterEach(() => {
  rig.centre.refuseWith = undefined;
  rig.centre.placeErrorCode = undefined;
  node.failures.clear();
});

/** Returns the query of a new person, by default in a room of its own: the centre's refusals hold for a room. */
const queryOf = async (o: TokenOptions = {}, more = ''): Promise<string> => {
  identities += 1;
  return `access_token=${await token({ identity: `p${identities}`, room: `room${identities}`, ...o })}${more}`;
};
const lead = () => TestClient.join(instance.url, { identity: 'host', room: 'led', video: { roomAdmin: true } });

describe('a join that is refused', () => {
  it.each<[ErrorCode, number, string | undefined]>([
    ['NO_CAPACITY', 503, '2'],
    ['OVERLOADED', 503, '2'],
    ['NO_NODE', 503, '2'],
    ['API_UNREACHABLE', 503, '1'],
    ['SHUTTING_DOWN', 503, '1'],
    ['FENCED_OUT', 403, undefined],
    ['FENCE_CONFLICT', 403, undefined],
    ['TOKEN_REVOKED', 403, undefined],
    ['QUOTA_EXCEEDED', 429, '1'],
    ['ROOM_FULL', 429, '1'],
    ['RATE_LIMITED', 429, '1'],
    ['PROTOCOL_UNSUPPORTED', 400, undefined],
  ])('%s: upgrade and validate have status %i, the cause and advice', async (code, status, retryAfter) => {
    if (retryAfter === '2') rig.centre.refuseWith = { code, retryAfterMs: 1234 };
    else rig.centre.placeErrorCode = code;
    const query = await queryOf();
    const [meaning, , advice] = errorCodes[code] as readonly [string, boolean, string?];
    const refused = await upgrade(instance.httpUrl, query);
    expect(refused).toMatchObject({ status, retryAfter, text: expect.stringMatching(`^${code}: .*\\. ${advice}$`) });
    if (retryAfter === '2') expect(refused.text).toBe(`${code}: ${meaning} ${advice}`);
    const placed = rig.centre.placeRequests.length;
    expect(await validate(instance.httpUrl, query)).toEqual({
      status,
      text: refused.text,
      reasonPhrase: refused.reasonPhrase,
      retryAfter,
    });
    expect(refused.reasonPhrase).toBe(refused.text);
    expect(rig.centre.placeRequests).toHaveLength(placed); // validate places nothing
    expect((await validate(instance.httpUrl, await queryOf())).status).toBe(200); // another person
  });

  it('a locked room, a ban, a full room and another region are refused by the owner’s reason', async () => {
    const host = await lead();
    const banned = { identity: 'eve', room: 'led' };
    expect(await host.outcome({ act: { setRoom: { locked: true } } })).toBe('ack');
    const query = await queryOf({ room: 'led' });
    const text = expect.stringMatching(/^ROOM_LOCKED: .* Ask the host to unlock the room\.$/);
    expect(await upgrade(instance.httpUrl, query)).toMatchObject({ status: 403, text });
    expect(await validate(instance.httpUrl, query)).toMatchObject({ status: 403, text });
    expect(await host.outcome({ act: { setRoom: { locked: false, capacity: 1 } } })).toBe('ack');
    expect(await upgrade(instance.httpUrl, await queryOf({ room: 'led' }))).toMatchObject({
      status: 429,
      text: expect.stringMatching(/^ROOM_FULL: /),
    });
    expect(await host.outcome({ act: { setRoom: { capacity: 0 } } })).toBe('ack');
    expect(await host.outcome({ act: { remove: { identity: 'eve', forever: true } } })).toBe('ack');
    expect(await upgrade(instance.httpUrl, await queryOf(banned))).toMatchObject({
      status: 403,
      text: expect.stringMatching(/^KICKED: /),
    });
    host.socket.close(1000);
    await host.ends();
  });

  it('a media node that refuses is no reason to open the socket', async () => {
    node.failures.set('attach', 'NO_CAPACITY');
    const query = await queryOf();
    expect(await upgrade(instance.httpUrl, query)).toMatchObject({ status: 503 });
    await until(() => instance.clients.sessionCount === 0, 'nobody is in the room');
  });

  it('livekit-client, which shows no other status, gets the text in a close frame', async () => {
    rig.centre.refuseWith = { code: 'NO_NODE', retryAfterMs: 0 };
    for (const sdk of ['js', 'reactnative'])
      expect(await upgrade(instance.httpUrl, await queryOf({}, `&sdk=${sdk}`))).toMatchObject({
        status: 101,
        messages: 0,
        closed: { code: 4503, reason: 'NO_NODE: No media node is available. Try again in a minute.' },
      });
    rig.centre.refuseWith = { code: 'FENCE_CONFLICT', retryAfterMs: 0 };
    expect(await upgrade(instance.httpUrl, await queryOf({}, '&sdk=js'))).toMatchObject({ status: 403 });
  });

  it('a lost session is refused by a LeaveRequest, without which SDKs would not join anew', async () => {
    const query = await queryOf({}, '&reconnect=1&sid=PA_unknown');
    expect(await upgrade(instance.httpUrl, query)).toMatchObject({ status: 101, messages: 1 });
    expect((await validate(instance.httpUrl, query)).status).toBe(200);
  });
});

it('a good token opens the socket with the answer to the join, and then validate has nothing to refuse', async () => {
  const query = await queryOf();
  const opened = await upgrade(instance.httpUrl, query);
  expect(opened.status).toBe(101);
  expect(opened.messages).toBeGreaterThan(0);
  expect(await validate(instance.httpUrl, query)).toMatchObject({ status: 200, text: 'success' });
});

it('a client that goes while its join is under way leaves no session behind', async () => {
  const held = Promise.withResolvers<void>();
  node.heldAnswers.set('attach', held.promise);
  const attached = node.called('attach').length;
  const detached = node.called('detach').length;
  const socket = new WebSocket(`${instance.httpUrl.replace('http', 'ws')}/rtc?${await queryOf({ room: 'left' })}`);
  socket.on('error', () => undefined);
  await until(() => node.called('attach').length > attached, 'the attach');
  socket.terminate();
  held.resolve();
  await until(() => node.called('detach').length > detached, 'the session is ended');
  node.heldAnswers.clear();
});

it('/rtc/v1/validate refuses a bad token, and leads a good one to /rtc', async () => {
  const at = (query: string) => fetch(`${instance.httpUrl}/rtc/v1/validate?${query}`);
  expect((await at('access_token=a.b.c')).status).toBe(401);
  expect((await at(`access_token=${'x'.repeat(limits.tokenBytesMax + 1)}`)).status).toBe(401);
  expect((await at(await queryOf())).status).toBe(404);
});
