// Tests a client that joins anew after losing a session, with its receipt and reports.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { joinMessage, TestClient, type TokenOptions, token } from './rig/client.ts';
import { type Instance, Rig } from './rig/rig.ts';
import { until } from './rig/until.ts';

interface Prior {
  readonly priorSessionId: string;
  readonly rejoinReceipt: Uint8Array;
}

let rig: Rig;
let one: Instance;
let two: Instance;
let room = 'room-0';
beforeAll(async () => {
  rig = await Rig.start();
  await rig.node('sfu-1');
  one = await rig.instance('sig-1');
  two = await rig.instance('sig-2');
  await until(() => one.centre.fleet.has('sig-2'), 'the first knows the second');
});
afterAll(() => rig.close());
beforeEach(() => {
  rig.centre.refuseWith = undefined;
  room = `room-${rig.centre.placeRequests.length}`;
});

/** Joins, loses the session, and returns what its client keeps. */
const lostSession = async (o: TokenOptions = {}): Promise<Prior> => {
  const client = await TestClient.join(one.url, { room, ...o });
  const { sessionId, rejoinReceipt } = client.joined ?? {};
  client.socket.close(1000);
  await client.ends();
  return { priorSessionId: sessionId ?? '', rejoinReceipt: rejoinReceipt ?? new Uint8Array() };
};
/** Returns the answer to a join with this prior session, and the centre's request for it; undefined: no request. */
const joinAgain = async (prior: Partial<Prior>, o: TokenOptions = {}) => {
  const before = rig.centre.placeRequests.length;
  const client = await TestClient.open(two.url);
  const answer = await client.request({ join: joinMessage(await token({ room, ...o }), prior) });
  client.socket.close(1000);
  await client.ends();
  return { answer, asked: rig.centre.placeRequests.slice(before).at(-1) };
};
const asAnybody = { priorSessionId: '', priorProven: false };

describe('a client that has lost a session', () => {
  it('is recognized through another signaling node by the receipt of its last Joined', async () => {
    const prior = await lostSession();
    const { answer, asked } = await joinAgain(prior);
    expect(asked).toMatchObject({ priorSessionId: prior.priorSessionId, priorProven: true });
    expect(answer.joined?.rejoinReceipt).toHaveLength(prior.rejoinReceipt.byteLength);
    expect(answer.joined?.rejoinReceipt).not.toEqual(prior.rejoinReceipt);
    const { sessionId, rejoinReceipt } = answer.joined ?? {};
    const next = { priorSessionId: sessionId ?? '', rejoinReceipt: rejoinReceipt ?? new Uint8Array() };
    expect((await joinAgain(next)).asked).toMatchObject({ priorSessionId: next.priorSessionId, priorProven: true });
  });

  it('gets a valid receipt with a resume as well', async () => {
    const client = await TestClient.join(one.url, { room });
    const { sessionId = '', resumeKey = '' } = client.joined ?? {};
    client.socket.terminate();
    const resumed = await TestClient.join(two.url, { room, join: { resume: { sessionId, resumeKey } } });
    expect(resumed.joined?.resumed).toBe(true);
    const rejoinReceipt = resumed.joined?.rejoinReceipt ?? new Uint8Array();
    resumed.socket.close(1000);
    await resumed.ends();
    const { asked } = await joinAgain({ priorSessionId: sessionId, rejoinReceipt });
    expect(asked).toMatchObject({ priorSessionId: sessionId, priorProven: true });
  });

  it.each([
    ['no receipt, as clients did before there were any', (prior: Prior) => ({ priorSessionId: prior.priorSessionId })],
    ['a receipt of its own making', (prior: Prior) => ({ ...prior, rejoinReceipt: new Uint8Array(21).fill(1) })],
    ['a receipt without end', (prior: Prior) => ({ ...prior, rejoinReceipt: new Uint8Array(10_000) })],
    ['another session', (prior: Prior) => ({ ...prior, priorSessionId: 'PA_0123456789abcdef' })],
    ['what is no session', (prior: Prior) => ({ ...prior, priorSessionId: 'x'.repeat(1000) })],
    ['a receipt without a session', (prior: Prior) => ({ rejoinReceipt: prior.rejoinReceipt })],
  ])('joins like any other client when it shows %s', async (_name, shown: (prior: Prior) => Partial<Prior>) => {
    const { answer, asked } = await joinAgain(shown(await lostSession()));
    expect(answer.body).toBe('joined');
    expect(asked).toMatchObject(asAnybody);
  });
});

describe('a receipt', () => {
  it('has no effect in another room or for another identity', async () => {
    const elsewhere = await lostSession({ room: `${room}-b` });
    const bob = await lostSession({ identity: 'bob' });
    for (const prior of [elsewhere, bob]) {
      const { answer, asked } = await joinAgain(prior);
      expect(answer.body).toBe('joined');
      expect(asked).toMatchObject(asAnybody);
    }
  });

  it('has the node ask the centre even for a turned-away room; a claim without receipt is refused by the node', async () => {
    const prior = await lostSession();
    rig.centre.refuseWith = { code: 'OVERLOADED', retryAfterMs: 60_000 };
    expect((await joinAgain({})).asked).toMatchObject(asAnybody);
    const claimed = await joinAgain({ priorSessionId: prior.priorSessionId });
    expect([claimed.answer.error?.code, claimed.asked]).toEqual(['OVERLOADED', undefined]);
    const shown = await joinAgain(prior);
    expect(shown.answer.error?.code).toBe('OVERLOADED');
    expect(shown.asked).toMatchObject({ priorSessionId: prior.priorSessionId, priorProven: true });
  });
});
