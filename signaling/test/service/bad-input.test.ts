// Sends bad input from clients: each case gets its stable code, and no other client notices.
import { createHmac } from 'node:crypto';
import { encodeClientFrame, limits, type wire } from '@meridian/protocol';
import { generateKeyPair, SignJWT, UnsecuredJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import { bounds } from '../../src/limits.ts';
import { apiKey, joinMessage, rtp, secret, TestClient, token } from './rig/client.ts';
import { Raw, upgradeRequest } from './rig/raw-upgrade.ts';
import { type Instance, Rig } from './rig/rig.ts';
import { until } from './rig/until.ts';

let rig: Rig;
let signaling: Instance;
let witness: TestClient;
beforeAll(async () => {
  rig = await Rig.start();
  await rig.node('sfu-1');
  signaling = await rig.instance('sig-1', { allowedOrigins: ['https://app.example'] });
  witness = await TestClient.join(signaling.url, { identity: 'witness', room: 'witness' });
});
afterAll(async () => {
  expect(witness.closed).toBeUndefined();
  expect(await witness.outcome({ ping: { sentMs: 1 } })).toBe('pong');
  await rig.close();
});

const join = (accessToken: string, o: wire.Join.$Properties = {}) => ({ join: joinMessage(accessToken, o) });
/** Returns the error code and the close code that a fresh socket gets for these bytes. */
async function refusalOf(data: Uint8Array | string): Promise<[string | null | undefined, number]> {
  const client = await TestClient.open(signaling.url);
  client.socket.send(data);
  const { code } = await client.ends();
  return [client.disconnect()?.code, code];
}
// request 5, field 127 (an unknown message)
const unknownMessage = Uint8Array.of(0x08, 0x05, 0xfa, 0x07, 0x02, 0x08, 0x01);

describe('frames', () => {
  it.each<[string, Uint8Array | string, string, number]>([
    ['bytes that are no protobuf', Uint8Array.of(0xff, 0xff, 0xff), 'FRAME_MALFORMED', 4400],
    ['a truncated frame', encodeClientFrame(join('x')).subarray(0, 40), 'FRAME_MALFORMED', 4400],
    ['a length beyond the end', Uint8Array.of(0x12, 0x7f, 0x01), 'FRAME_MALFORMED', 4400],
    ['a text frame', '{"join":{}}', 'FRAME_MALFORMED', 4400],
    ['an empty text frame', '', 'FRAME_MALFORMED', 4400],
  ])('%s: %s', async (_name, data, code, closeCode) => {
    expect(await refusalOf(data)).toEqual([code, closeCode]);
  });

  it('larger than the limit are refused by the socket layer with 1009, and the limit itself is still taken', async () => {
    const client = await TestClient.open(signaling.url);
    client.socket.send(new Uint8Array(limits.clientFrameBytesMax + 1));
    expect((await client.ends()).code).toBe(1009);
    const other = await TestClient.open(signaling.url);
    const overhead = encodeClientFrame({ requestId: 1, join: { token: 'x'.repeat(60_000) } }).length - 60_000;
    other.socket.send(
      encodeClientFrame({ requestId: 1, join: { token: 'x'.repeat(limits.clientFrameBytesMax - overhead) } }),
    );
    expect((await other.ends()).code).not.toBe(1009);
  });

  it('in endless fragments are cut off at the same limit', async () => {
    const client = await TestClient.open(signaling.url);
    for (let part = 0; part < limits.clientFrameBytesMax / 1024 + 1; part += 1)
      client.socket.send(new Uint8Array(1024), { binary: true, fin: false });
    expect((await client.ends()).code).toBe(1009);
  });

  it('with nothing but an unknown message are answered FRAME_UNKNOWN, and the session continues', async () => {
    const client = await TestClient.join(signaling.url, { identity: 'future' });
    client.socket.send(unknownMessage);
    const answer = await client.hears('the answer', (frame) => frame.replyTo === 5);
    expect(answer.error?.code).toBe('FRAME_UNKNOWN');
    client.socket.send(new Uint8Array());
    await client.hears(
      'the answer to an empty frame',
      (frame) => frame.replyTo === 0 && frame.error?.code === 'FRAME_UNKNOWN',
    );
    expect(await client.outcome({ ping: { sentMs: 1 } })).toBe('pong');
  });

  it('with fields of a later protocol version are read as if those fields were absent', async () => {
    const client = await TestClient.join(signaling.url, { identity: 'later' });
    const known = encodeClientFrame({ requestId: 9, ping: { sentMs: 7 } });
    client.socket.send(Uint8Array.from([...known, 0xf8, 0x07, 0x2a]));
    const answer = await client.hears('the pong', (frame) => frame.replyTo === 9);
    expect(answer.pong?.sentMs).toBe(7);
  });

  it('out of order are answered OUT_OF_ORDER before Join and JOIN_TWICE after Join, and the socket stays open', async () => {
    const client = await TestClient.open(signaling.url);
    expect(
      await client.outcome({ publish: { track: { trackId: 'TR_tooearly123456', kind: 1 }, rtpParameters: rtp } }),
    ).toBe('OUT_OF_ORDER');
    expect(await client.outcome({ sendData: { payload: new Uint8Array(1) } })).toBe('OUT_OF_ORDER');
    const [first, second] = await Promise.all([
      client.outcome(join(await token({ identity: 'twice' }))),
      client.outcome(join('whatever')),
    ]);
    expect([first, second]).toEqual(['joined', 'JOIN_TWICE']);
    expect(await client.outcome(join(await token({ identity: 'twice' })))).toBe('JOIN_TWICE');
    expect(client.closed).toBeUndefined();
  });
});

describe('tokens', () => {
  const bad: [string, () => Promise<string>, string, number][] = [
    ['none', async () => '', 'TOKEN_MISSING', 4401],
    ['no token at all', async () => 'nonsense', 'TOKEN_INVALID', 4401],
    ['too long', async () => 'x'.repeat(limits.tokenBytesMax + 1), 'TOKEN_INVALID', 4401],
    ['expired', () => token({ expiresInS: -70 }), 'TOKEN_EXPIRED', 4401],
    ['not valid yet', () => token({ notBeforeInS: 120 }), 'TOKEN_NOT_YET_VALID', 4401],
    [
      'signed with another secret',
      () => token({ secret: 'another secret that is long enough too' }),
      'TOKEN_INVALID',
      4401,
    ],
    [
      'signed with an empty secret',
      () => token({ secret: '' }).catch(() => unsigned({ alg: 'HS256' })),
      'TOKEN_INVALID',
      4401,
    ],
    ['of another API key', () => token({ key: 'foreign' }), 'TOKEN_INVALID', 4401],
    ['algorithm none', () => unsigned({ alg: 'none' }), 'TOKEN_INVALID', 4401],
    ['algorithm HS512', async () => signedHs512(), 'TOKEN_INVALID', 4401],
    ['algorithm RS256', () => signedRs256(), 'TOKEN_INVALID', 4401],
    ['without an end', () => withoutExpiry(), 'TOKEN_INVALID', 4401],
    ['without a room', () => token({ video: { room: '' } }), 'TOKEN_INVALID', 4401],
    ['a room that leads to another tenant', () => token({ room: '../other/lobby' }), 'TOKEN_INVALID', 4401],
    ['without the right to join', () => token({ video: { roomJoin: false } }), 'NOT_PERMITTED', 4403],
    ['an identity with control characters', () => token({ identity: 'a\u0000b' }), 'TOKEN_INVALID', 4401],
  ];
  it.each(bad)('%s', async (_name, make, code, closeCode) => {
    const client = await TestClient.open(signaling.url);
    expect(await client.outcome(join(await make()))).toBe(code);
    expect((await client.ends()).code).toBe(closeCode);
    expect(client.disconnect()?.code).toBe(code);
  });

  it('of a tenant never open another tenant’s room of the same name', async () => {
    const strict = await rig.instance('sig-tenants', {
      apiKeys: [
        { key: apiKey, secret, tenant: 'acme' },
        { key: 'globex-key', secret: 'the other secret that is long enough', tenant: 'globex' },
      ],
    });
    const acme = await TestClient.join(strict.url, { identity: 'one', room: 'same' });
    const globex = await TestClient.join(strict.url, {
      identity: 'two',
      room: 'same',
      key: 'globex-key',
      secret: 'the other secret that is long enough',
    });
    expect(globex.joined?.participants).toEqual([]);
    expect(acme.events()).toEqual([]);
    acme.socket.close(1000);
    globex.socket.close(1000);
    await until(() => strict.clients.sessionCount === 0, 'both left');
    await strict.close();
  });
});

describe('joins', () => {
  it.each<[string, wire.Join.$Properties, string]>([
    ['of another protocol version', { protocolVersion: 99 }, 'PROTOCOL_UNSUPPORTED'],
    ['of another router constant', { routerVersion: 99 }, 'PROTOCOL_UNSUPPORTED'],
    ['that neither send nor receive', { sendEndpoint: null, recvEndpoint: null }, 'REQUEST_INVALID'],
    ['with an endpoint of no kind', { sendEndpoint: {} }, 'REQUEST_INVALID'],
    [
      'with an invalid fingerprint',
      { recvEndpoint: { webrtc: { fingerprint: { algorithm: 'sha-256', value: 'zz' } } } },
      'REQUEST_INVALID',
    ],
    ['with a plain endpoint', { recvEndpoint: { plain: { ip: '127.0.0.1', port: 4000 } } }, 'NOT_PERMITTED'],
    [
      'that resume with a plain endpoint',
      {
        resume: { sessionId: 'PA_0000000000000000', resumeKey: 'k' },
        sendEndpoint: { plain: { ip: '127.0.0.1', port: 4000 } },
      },
      'NOT_PERMITTED',
    ],
    [
      'with too many codecs',
      { recvRtpCapabilities: { codecs: Array.from({ length: 65 }, () => ({ kind: 1, mimeType: 'audio/opus' })) } },
      'REQUEST_INVALID',
    ],
    ['from an unknown city', { fromCity: 'Atlantis' }, 'CITY_UNKNOWN'],
    ['that resume a wrong session', { resume: { sessionId: 'PA_0000000000000000', resumeKey: 'k' } }, 'RESUME_REFUSED'],
    ['that resume an invalid session id', { resume: { sessionId: 'x', resumeKey: '' } }, 'RESUME_REFUSED'],
  ])('%s: %s', async (_name, parts, code) => {
    const client = await TestClient.open(signaling.url);
    expect(await client.outcome(join(await token({ identity: 'joiner' }), parts))).toBe(code);
    await client.ends();
  });
});

describe('requests of a joined client', () => {
  it('that need a right that the client lacks are answered NOT_PERMITTED', async () => {
    const client = await TestClient.join(signaling.url, {
      identity: 'mute',
      video: { canPublish: false, canPublishData: false, canSubscribe: false },
    });
    expect(await client.publish('TR_notpermitted1')).toBe('NOT_PERMITTED');
    expect(await client.outcome({ sendData: { payload: new Uint8Array(1) } })).toBe('NOT_PERMITTED');
    expect(await client.outcome({ updateSubscription: { trackId: 'TR_whatever123456', subscribed: true } })).toBe(
      'NOT_PERMITTED',
    );
    expect(await client.outcome({ kick: { sessionId: client.sessionId } })).toBe('NOT_PERMITTED');
    expect(await client.outcome({ updateSelf: { name: 'Administrator' } })).toBe('NOT_PERMITTED');
    expect(await client.outcome({ updateRoom: { metadata: 'mine' } })).toBe('NOT_PERMITTED');
    expect(client.closed).toBeUndefined();
  });

  it('that change the room for all participants cost as much as data to all participants', async () => {
    const admin = await TestClient.join(signaling.url, { identity: 'admin', video: { roomAdmin: true } });
    let answer = await admin.request({ updateRoom: { metadata: '0' } });
    for (let count = 1; answer.error == null && count < 200; count += 1)
      answer = await admin.request({ updateRoom: { metadata: `${count}`.padEnd(limits.roomMetadataBytesMax, 'x') } });
    expect(answer.error).toMatchObject({ code: 'RATE_LIMITED', message: expect.stringContaining('bytes of changes') });
    expect(answer.error?.retryAfterMs).toBeGreaterThan(0);
  });

  it('with invalid values, or about unknown tracks and participants, get their codes', async () => {
    const client = await TestClient.join(signaling.url, {
      identity: 'fuzzer',
      video: { roomAdmin: true, canUpdateOwnMetadata: true },
    });
    const codes = [
      await client.publish('no track id'),
      await client.outcome({ publish: { track: { trackId: 'TR_without_kind1' }, rtpParameters: rtp } }),
      await client.outcome({ publish: { track: { trackId: 'TR_withoutcodec1', kind: 1 }, rtpParameters: {} } }),
      await client.outcome({ publish: {} }),
      await client.outcome({ unpublish: { trackId: 'TR_nosuchtrack12' } }),
      await client.outcome({ setTrackMuted: { trackId: 'TR_nosuchtrack12', muted: true } }),
      await client.outcome({ updateSubscription: { trackId: 'TR_nosuchtrack12', subscribed: true } }),
      await client.outcome({ sendData: { payload: new Uint8Array(limits.dataBytesMax + 1) } }),
      await client.outcome({ sendData: { payload: new Uint8Array(limits.lossyDataBytesMax + 1), lossy: true } }),
      await client.outcome({ sendData: { payload: new Uint8Array(1), topic: 'x'.repeat(limits.topicLengthMax + 1) } }),
      await client.outcome({
        sendData: { payload: new Uint8Array(1), destinationSessionIds: Array.from({ length: 257 }, () => 'PA_') },
      }),
      await client.outcome({ kick: { sessionId: 'PA_nobody0000000000' } }),
      await client.outcome({ muteParticipant: { sessionId: 'PA_nobody0000000000', trackId: 'TR_x' } }),
      await client.outcome({ updateSelf: { name: 'x'.repeat(129) } }),
      await client.outcome({ updateSelf: { metadata: 'é'.repeat(2049) } }),
      await client.outcome({ updateSelf: { attributes: { key: 'x'.repeat(limits.attributesBytesMax) } } }),
      await client.outcome({
        publish: { track: { trackId: 'TR_longmimetype1', kind: 1, mimeType: 'x'.repeat(65) }, rtpParameters: rtp },
      }),
      await client.outcome({
        publish: { track: { trackId: 'TR_longcname1234', kind: 1 }, rtpParameters: { ...rtp, cname: 'x'.repeat(256) } },
      }),
      await client.outcome({ updateRoom: { metadata: 'é'.repeat(limits.roomMetadataBytesMax / 2 + 1) } }),
      await client.outcome({ moveReady: { moveId: 'MV_none' } }),
    ];
    expect(codes).toEqual([
      ...['REQUEST_INVALID', 'REQUEST_INVALID', 'REQUEST_INVALID', 'REQUEST_INVALID'],
      ...['TRACK_UNKNOWN', 'TRACK_UNKNOWN', 'TRACK_UNKNOWN'],
      ...['DATA_TOO_LARGE', 'DATA_TOO_LARGE', 'REQUEST_INVALID', 'REQUEST_INVALID'],
      ...['PARTICIPANT_UNKNOWN', 'PARTICIPANT_UNKNOWN', 'REQUEST_INVALID', 'REQUEST_INVALID'],
      ...['REQUEST_INVALID', 'REQUEST_INVALID', 'REQUEST_INVALID'],
      ...['REQUEST_INVALID', 'OUT_OF_ORDER'],
    ]);
    expect(client.closed).toBeUndefined();
  });

  it('to publish under an existing track id, or a seventeenth track, are refused', async () => {
    const client = await TestClient.join(signaling.url, { identity: 'hoarder' });
    const ids = Array.from(
      { length: limits.tracksPerParticipantMax },
      (_, index) => `TR_hoarded${String(index).padStart(6, '0')}`,
    );
    for (const id of ids) expect(await client.publish(id)).toBe('published');
    expect(await client.publish(ids[0] ?? '')).toBe('TRACK_EXISTS');
    expect(await client.publish('TR_onetoomany1234')).toBe('TRACK_LIMIT');
    const other = await TestClient.join(signaling.url, { identity: 'thief' });
    expect(await other.publish(ids[0] ?? '')).toBe('TRACK_EXISTS');
  });

  it('faster than the limit are answered RATE_LIMITED, and a client that never stops is cut off', async () => {
    const client = await TestClient.join(signaling.url, { identity: 'flood' });
    for (let index = 0; index < 300; index += 1) client.send({ requestId: 1000 + index, ping: { sentMs: 1 } });
    const limited = await client.hears('a refusal', (frame) => frame.error?.code === 'RATE_LIMITED');
    expect(limited.error?.retryAfterMs).toBeGreaterThan(0);
    for (let index = 0; index < 1500; index += 1) client.send({ requestId: 2000 + index, ping: { sentMs: 1 } });
    expect((await client.ends()).code).toBe(4429);
  });
});

describe('sockets', () => {
  it('of a page that is not allowed are refused at the upgrade, sockets without an origin are not', async () => {
    await expect(TestClient.open(signaling.url, { origin: 'https://evil.example' })).rejects.toThrow('403');
    const page = await TestClient.open(signaling.url, { origin: 'https://app.example' });
    page.socket.close();
  });

  it('to an unknown address, or with a bomb of headers, are refused', async () => {
    await expect(TestClient.open(signaling.url.replace('/v1/rtc', '/v1/nothing'))).rejects.toThrow('404');
    await expect(
      TestClient.open(signaling.url, { headers: { 'x-bomb': 'x'.repeat(limits.headerBytesMax) } }),
    ).rejects.toThrow('431');
  });

  it('do not offer compression', async () => {
    const socket = new WebSocket(signaling.url, { perMessageDeflate: true });
    await new Promise<void>((resolve) => socket.once('open', () => resolve()));
    expect(socket.extensions).toBe('');
    socket.terminate();
  });

  it('that never authenticate are all gone after the deadline, even a thousand, and a good client joins meanwhile', async () => {
    await until(() => signaling.http.unprovenCount === 0, 'no connection waits at first');
    const silent = Array.from(
      { length: 1000 },
      (_, index) => new Raw(signaling.http.port, `127.0.9.${1 + (index % 15)}`),
    );
    expect(await Promise.all(silent.map((raw) => raw.opens()))).not.toContain(false);
    // A request before the upgrade gives it no more time either.
    const asked = new Raw(
      signaling.http.port,
      '127.0.9.16',
      `GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n${upgradeRequest()}`,
    );
    await until(() => asked.answer.startsWith('HTTP/1.1 200'), 'an answer');
    const good = await TestClient.join(signaling.url, { identity: 'good' });
    expect(good.joined?.sessionId).toMatch(/^PA_/);
    await Promise.all([...silent, asked].map((raw) => raw.ends()));
    await until(() => signaling.http.unprovenCount === 0, 'no socket waits any more');
    expect(good.closed).toBeUndefined();
    expect(await metric('unproven')).toBe(0);
  });

  it('that authenticate after the service has filled up are refused with OVERLOADED', async () => {
    const client = await TestClient.open(signaling.url);
    const count = vi.spyOn(signaling.clients, 'clientCount', 'get').mockReturnValue(bounds.clientsMax);
    expect(await client.outcome(join(await token({ identity: 'late' })))).toBe('OVERLOADED');
    expect((await client.ends()).code).toBe(4503);
    count.mockRestore();
  });
});

async function metric(line: string): Promise<number> {
  const text = await signaling.metrics.registry.metrics();
  const found = text.split('\n').find((candidate) => candidate.startsWith(`meridian_signaling_${line}`));
  return Number(found?.split(' ').at(-1) ?? 0);
}

const claims = () => ({ video: { room: 'lobby', roomJoin: true } });
async function unsigned(o: { alg: string }): Promise<string> {
  const jwt = new UnsecuredJWT(claims()).setIssuer(apiKey).setSubject('ann').setExpirationTime('10m').encode();
  const header = Buffer.from(JSON.stringify({ alg: o.alg, typ: 'JWT' })).toString('base64url');
  return `${header}.${jwt.split('.')[1]}.`;
}
/** Returns a token with the right secret and the wrong algorithm. */
function signedHs512(): string {
  const nowS = Math.floor(Date.now() / 1000);
  const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url');
  const body = `${encode({ alg: 'HS512', typ: 'JWT' })}.${encode({ ...claims(), iss: apiKey, sub: 'ann', exp: nowS + 600 })}`;
  return `${body}.${createHmac('sha512', secret).update(body).digest('base64url')}`;
}
async function signedRs256(): Promise<string> {
  const { privateKey } = await generateKeyPair('RS256');
  return new SignJWT(claims())
    .setProtectedHeader({ alg: 'RS256' })
    .setIssuer(apiKey)
    .setSubject('ann')
    .setExpirationTime('10m')
    .sign(privateKey);
}
async function withoutExpiry(): Promise<string> {
  return new SignJWT(claims())
    .setProtectedHeader({ alg: 'HS256' })
    .setIssuer(apiKey)
    .setSubject('ann')
    .sign(new TextEncoder().encode(secret));
}
