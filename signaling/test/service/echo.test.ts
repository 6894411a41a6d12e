// Tests the echo socket, and the path of a measured round trip from there to the centre.
import { note, post } from '@meridian/protocol';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { TestClient, token } from './rig/client.ts';
import { type Instance, Rig } from './rig/rig.ts';
import { until } from './rig/until.ts';

let rig: Rig;
let fra: Instance;
let sgp: Instance;
let network = 0;
let address = '';
beforeAll(async () => {
  rig = await Rig.start();
  await rig.node('sfu-1');
  fra = await rig.instance('sig-fra', { trustedProxies: ['127.0.0.1'] });
  sgp = await rig.instance('sig-sgp', { region: 'sgp', city: 'Singapore', trustedProxies: ['127.0.0.1'] });
  await until(() => fra.centre.fleet.has('sig-sgp'), 'the first knows the second');
});
afterAll(() => rig.close());
beforeEach(() => {
  network += 1; // each test uses another address, so that none exhausts the rate of the next
  address = `203.0.${network}.7`;
});

interface Echo {
  readonly socket: WebSocket;
  readonly heard: Buffer[];
  code(): number | undefined;
  /** Sends bytes and resolves with the answer. */
  ask(bytes: Uint8Array | string): Promise<Buffer>;
  ends(): Promise<number | undefined>;
}

/** Opens an echo socket by the plain address, as a client that was not asked to measure, or by a given address. */
const open = async (
  instance: Instance,
  headers: Record<string, string> = {},
  url = instance.url.replace('rtc', 'echo'),
): Promise<Echo> => {
  const socket = new WebSocket(url, {
    headers: { 'x-forwarded-for': address, ...headers },
  });
  const heard: Buffer[] = [];
  let code: number | undefined;
  socket.on('message', (data) => heard.push(data as Buffer));
  socket.on('close', (closeCode) => {
    code = closeCode;
  });
  await new Promise<void>((resolve, reject) => {
    socket.once('open', () => resolve());
    socket.once('error', reject);
  });
  const ends = async () => {
    await until(() => code !== undefined, 'the end of the echo socket');
    return code;
  };
  const ask = async (bytes: Uint8Array | string) => {
    const before = heard.length;
    socket.send(Buffer.from(bytes as Uint8Array));
    await until(() => heard.length > before || code !== undefined, 'an answer');
    const answer = heard[before];
    if (answer === undefined) throw new Error(`closed with ${code}`);
    return answer;
  };
  return { socket, heard, code: () => code, ask, ends };
};

/** Measures as the SDK does and returns the receipt of the last round. */
const receiptOf = async (
  instance: Instance,
  headers: Record<string, string> = {},
  url?: string,
): Promise<Uint8Array> => {
  const echo = await open(instance, headers, url ?? urlWithTicket(instance, headers['x-forwarded-for']));
  let answer = await echo.ask(await token());
  for (let round = 0; round < 3; round += 1) answer = await echo.ask(returnedNonce(answer));
  echo.socket.close();
  return answer.subarray(16, 41);
};
/** Returns the echo address for a client at this address that was asked to measure the signaling node. */
const urlWithTicket = (instance: Instance, clientIp = address): string => {
  const ticket = instance.receipts.sealTicket({ signalingId: instance.id, clientIp }) ?? new Uint8Array();
  return `${instance.url.replace('rtc', 'echo')}?ticket=${Buffer.from(ticket).toString('base64url')}`;
};
/** Returns the first signaling node's entry for this address. */
const entry = async (query = ''): Promise<{ signalingId: string; echoUrl: string }[]> => {
  const response = await fetch(`${fra.httpUrl}/v1/entry${query}`, { headers: { 'x-forwarded-for': address } });
  const { candidates } = (await response.json()) as { candidates: { signalingId: string; echoUrl: string }[] };
  return candidates;
};
/** Counts echo sockets at the second signaling node of clients that were not asked. */
const countWithoutTicket = async (): Promise<number> => {
  const text = await sgp.metrics.registry.metrics();
  const line = text
    .split('\n')
    .find((one) => one.startsWith('meridian_signaling_timings_total{') && one.includes('"echoWithoutTicket"'));
  return Number(line?.split(' ').at(-1) ?? 0);
};
const returnedNonce = (answer: Buffer): Buffer => Buffer.concat([answer.subarray(0, 16), Buffer.alloc(32)]);

describe('the echo socket', () => {
  it('ends without an answer when it gets no valid token', async () => {
    const foreign = await token({ secret: 'another secret of the tests, long enough' });
    const expired = await token({ expiresInS: -60 });
    for (const first of ['x', 'not a token but long enough to be looked at as one', foreign, expired]) {
      const echo = await open(fra);
      echo.socket.send(Buffer.from(first));
      expect(await echo.ends()).toBe(1008);
      expect(echo.heard).toEqual([]);
    }
    const text = await open(fra);
    text.socket.send('text');
    expect(await text.ends()).toBe(1008);
    const silent = await open(fra);
    expect(await silent.ends()).toBe(1008);
  });

  it('answers a token with a nonce and the nonce with the next and a receipt, never more than it was sent', async () => {
    const echo = await open(fra, {}, urlWithTicket(fra));
    const first = await echo.ask(await token());
    expect(first).toHaveLength(48);
    expect(first.subarray(16)).toEqual(Buffer.alloc(32));
    const second = await echo.ask(returnedNonce(first));
    expect(second).toHaveLength(48);
    expect(second.subarray(0, 16)).not.toEqual(first.subarray(0, 16));
    expect(fra.receipts.open(second.subarray(16, 41), { signalingId: 'sig-fra', clientIp: address })).toBeGreaterThan(
      0,
    );
    echo.socket.close();
  });

  it('counts as proven after its token: no newcomer replaces it', async () => {
    const signaling = await rig.instance('sig-proof');
    const echo = await open(signaling);
    expect(signaling.http.unprovenCount).toBe(1);
    await echo.ask(await token());
    expect([signaling.http.unprovenCount, echo.socket.readyState]).toEqual([0, WebSocket.OPEN]);
    echo.socket.close();
    await signaling.close();
  });

  it.each([
    ['a nonce that was not given', (answer: Buffer) => Buffer.alloc(answer.byteLength, 1)],
    ['more bytes', (answer: Buffer) => Buffer.concat([returnedNonce(answer), Buffer.alloc(1)])],
    ['fewer bytes', (answer: Buffer) => answer.subarray(0, 47)],
  ])('ends with %s', async (_name, wrong) => {
    const echo = await open(fra);
    const first = await echo.ask(await token());
    echo.socket.send(wrong(first));
    expect(await echo.ends()).toBe(1008);
    expect(echo.heard).toHaveLength(1);
  });

  it('ends after bytes that precede the answer, and after the ninth round', async () => {
    const hasty = await open(fra);
    hasty.socket.send(Buffer.from(await token()));
    hasty.socket.send(Buffer.alloc(48));
    expect(await hasty.ends()).toBe(1008);
    const long = await open(fra);
    let answer = await long.ask(await token());
    for (let round = 0; round < 8; round += 1) answer = await long.ask(returnedNonce(answer));
    long.socket.send(returnedNonce(answer));
    expect(await long.ends()).toBe(1008);
    expect(long.heard).toHaveLength(9);
  });

  it('is open to the origins that may join', async () => {
    const signaling = await rig.instance('sig-own', { allowedOrigins: ['https://app.example'] });
    await expect(open(signaling, { origin: 'https://evil.example' })).rejects.toThrow('403');
    const echo = await open(signaling, { origin: 'https://app.example' });
    echo.socket.close();
    await signaling.close();
  });

  it('is open sixteen times for an address, and the address’s clients can still join', async () => {
    const echoes = await Promise.all(Array.from({ length: 16 }, () => open(fra)));
    await expect(open(fra)).rejects.toThrow('429');
    const client = await TestClient.open(fra.url, { headers: { 'x-forwarded-for': address } });
    client.socket.close(1000);
    for (const { socket } of echoes) socket.close();
    await client.ends();
  });
});

describe('a signaling node that a client was not asked to measure', () => {
  const isGiven = (receipt: Uint8Array): boolean =>
    sgp.receipts.open(receipt, { signalingId: 'sig-sgp', clientIp: address }) !== undefined;

  it.each([
    ['the plain address', () => ''],
    ['bytes that are no ticket', () => '?ticket=%00%zz'],
    ['a ticket that was forged', () => `?ticket=${Buffer.alloc(21, 1).toString('base64url')}`],
    ['the ticket for another signaling node', () => new URL(urlWithTicket(fra)).search],
    ['the ticket of a client in another network', () => new URL(urlWithTicket(sgp, '198.51.100.9')).search],
  ])('answers the echo as usual, without a receipt, and counts it, for %s', async (_name, query) => {
    const before = await countWithoutTicket();
    const url = sgp.url.replace('rtc', 'echo');
    expect(isGiven(await receiptOf(sgp, {}, url + query()))).toBe(false);
    expect(await countWithoutTicket()).toBe(before + 1);
    expect(isGiven(await receiptOf(sgp))).toBe(true);
    expect(await countWithoutTicket()).toBe(before + 1);
  });

  it('is none that the entry lists with a ticket: a listed node gives receipts, repeatedly and to a neighbour too', async () => {
    rig.centre.locatedIds = ['sig-sgp'];
    const candidates = await entry();
    const [near, own] = ['sig-sgp', 'sig-fra'].map(
      (id) => candidates.find(({ signalingId }) => signalingId === id)?.echoUrl ?? '',
    );
    const before = await countWithoutTicket();
    expect(isGiven(await receiptOf(sgp, {}, near))).toBe(true);
    expect(isGiven(await receiptOf(sgp, {}, near))).toBe(true);
    expect(isGiven(await receiptOf(sgp, { 'x-forwarded-for': address.replace(/7$/, '99') }, near))).toBe(true);
    expect(await countWithoutTicket()).toBe(before);
    // The centre has not named this node: it is in the list, but its round trip is not wanted.
    expect(own).toBe(fra.url.replace('rtc', 'echo'));
  });

  it('is every node that the entry lists for a pretended place', async () => {
    rig.centre.locatedIds = ['sig-sgp', 'sig-fra'];
    for (const { echoUrl } of await entry('?from=Singapore')) expect(new URL(echoUrl).search).toBe('');
  });
});

describe('a measured round trip', () => {
  it('reaches the centre with the Join when another signaling node measured it from the same place, not when it is forged or from another place', async () => {
    const receipt = await receiptOf(sgp);
    const elsewhere = await receiptOf(sgp, { 'x-forwarded-for': '198.51.100.9' });
    const client = await TestClient.open(fra.url, { headers: { 'x-forwarded-for': address } });
    const { joinMessage } = await import('./rig/client.ts');
    const echoTimes = [
      { signalingId: 'sig-fra', rttMs: 0.1, receipt },
      { signalingId: 'sig-sgp', rttMs: 0.1, receipt: elsewhere },
      { signalingId: 'sig-sgp', rttMs: 0.1, receipt },
    ];
    await client.request({ join: joinMessage(await token({ identity: 'timed' }), { echoTimes }) });
    const rttMs = sgp.receipts.open(receipt, { signalingId: 'sig-sgp', clientIp: address });
    expect(rig.centre.placeRequests.at(-1)?.echoTimes).toMatchObject([{ signalingId: 'sig-sgp', rttMs }]);
    client.socket.close(1000);
    await client.ends();
  });

  it('is requested by the centre and reported during the session; statistics contain the round trip to the media node', async () => {
    const client = await TestClient.join(fra.url, { identity: 'asked', room: 'timing' });
    const link = rig.centre.links.get('sig-fra');
    if (link === undefined) throw new Error('no link');
    const about = { roomKey: rig.centre.placeRequests.at(-1)?.roomKey ?? '', sessionId: client.sessionId };
    post(link, note.echoRequest, { ...about, roomKey: 'other/room', signalingIds: ['sig-fra'] });
    post(link, note.echoRequest, { ...about, signalingIds: ['sig-sgp', 'nowhere'] });
    const asked = () => client.heard.filter((frame) => frame.echoTargets != null);
    await until(() => asked().length > 0, 'the request');
    const targets = asked().flatMap((frame) => frame.echoTargets?.targets ?? []);
    expect(targets.map(({ signalingId }) => signalingId)).toEqual(['sig-sgp']);
    const receipt = await receiptOf(sgp, { 'x-forwarded-for': '127.0.0.1' }, targets[0]?.url ?? '');
    client.send({ echoTimes: { times: [{ signalingId: 'sig-sgp', rttMs: 1, receipt }] } });
    client.send({ stats: { rttMs: 33, periodMs: 2000 } });
    const reported = () => rig.centre.receivedTimes.filter(({ sessionId }) => sessionId === client.sessionId);
    await until(() => reported().length === 2, 'the times at the centre');
    expect(reported()[0]).toMatchObject({ ...about, clientIp: '127.0.0.1', echoTimes: [{ signalingId: 'sig-sgp' }] });
    expect(reported()[1]).toMatchObject({ ...about, nodeId: 'sfu-1', nodeRttMs: 33, echoTimes: [] });
    client.socket.close(1000);
    await client.ends();
  });
});
