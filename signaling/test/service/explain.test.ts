// Tests explanations of placements by way of signaling node and centre, for the session of the decision only.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FakeCentre } from './rig/centre.ts';
import { TestClient } from './rig/client.ts';
import { type Instance, Rig } from './rig/rig.ts';
import { until } from './rig/until.ts';

let rig: Rig;
let one: Instance;
beforeEach(async () => {
  rig = await Rig.start();
  await rig.node('sfu-1', { region: 'fra' });
  one = await rig.instance('sig-1', { region: 'fra' });
});
afterEach(() => rig.close());

const decisionOf = (client: TestClient): string => client.joined?.placement?.decisionId ?? '';
const explain = (client: TestClient, decisionId: string) => client.request({ explainPlacement: { decisionId } });
const codeOf = async (client: TestClient, decisionId: string): Promise<string> =>
  (await explain(client, decisionId)).error?.code ?? 'explained';

describe('a token that names a mode', () => {
  it('has the centre place the client in that mode; without a mode the tenant’s default applies', async () => {
    await TestClient.join(one.url, { identity: 'ann', video: { mode: 'direct' } });
    await TestClient.join(one.url, { identity: 'bob' });
    expect(rig.centre.placeRequests.map(({ mode }) => mode)).toEqual(['direct', '']);
  });
});

describe('the explanation of a placement', () => {
  it('comes in short form with the answer to its join, and in full when the client asks', async () => {
    const ann = await TestClient.join(one.url);
    expect(ann.joined?.placement).toMatchObject({ reasons: ['near'], node: { nodeId: 'sfu-1' }, mode: 'normal' });
    expect(rig.centre.explainRequests).toEqual([]);
    const { placementExplained } = await explain(ann, decisionOf(ann));
    expect(placementExplained).toMatchObject({
      decisionId: decisionOf(ann),
      reasons: ['near', 'access: about 9 ms from the client'],
      options: [
        { nodeId: 'sfu-1', region: 'fra', points: 40, parts: [{ name: 'access', points: 40, pointsMax: 80 }] },
        { nodeId: 'sfu-x', filter: 'not-draining' },
      ],
    });
    expect(JSON.stringify(placementExplained)).not.toContain('operator');
  });

  it('is given to the placed session through any signaling node that resumes it, and to no other session', async () => {
    const two = await rig.instance('sig-2', { region: 'sgp' });
    await until(() => two.centre.fleet.has('sig-1'), 'the second knows the first');
    const ann = await TestClient.join(one.url, { identity: 'ann' });
    const ben = await TestClient.join(one.url, { identity: 'ben' });
    const eve = await TestClient.join(one.url, { identity: 'eve', room: 'other' });
    expect(await codeOf(ben, decisionOf(ann))).toBe('DECISION_UNKNOWN');
    expect(await codeOf(eve, decisionOf(ann))).toBe('DECISION_UNKNOWN');
    const { sessionId = '', resumeKey = '' } = ann.joined ?? {};
    ann.socket.terminate();
    const back = await TestClient.join(two.url, { identity: 'ann', join: { resume: { sessionId, resumeKey } } });
    expect(await codeOf(back, decisionOf(ann))).toBe('explained');
    expect(await codeOf(back, decisionOf(ben))).toBe('DECISION_UNKNOWN');
  });

  it('is not requested from the centre before a join, for an invalid id, or beyond the rate', async () => {
    const unauthenticated = await TestClient.open(one.url);
    expect(await codeOf(unauthenticated, 'DE_1')).toBe('OUT_OF_ORDER');
    const ann = await TestClient.join(one.url);
    expect(await codeOf(ann, '../DE_1')).toBe('REQUEST_INVALID');
    expect(rig.centre.explainRequests).toEqual([]);
    const codes: string[] = [];
    for (let count = 0; count < 8; count += 1) codes.push(await codeOf(ann, decisionOf(ann)));
    expect(codes.at(0)).toBe('explained');
    expect(codes.at(-1)).toBe('RATE_LIMITED');
    expect(rig.centre.explainRequests.length).toBeLessThan(8);
  });

  it('is missing while the centre is away, and the call continues', async () => {
    const ann = await TestClient.join(one.url);
    await rig.centre.stop();
    await until(() => !one.centre.isRegistered, 'the centre is gone');
    expect(await codeOf(ann, decisionOf(ann))).toBe('CENTRE_UNREACHABLE');
    expect((await ann.request({ ping: { sentMs: 1 } })).pong?.sentMs).toBe(1);
  });

  it('comes from the region’s instance that decided, or from the leader when that instance is gone', async () => {
    const near = new FakeCentre({ authority: rig.authority, clock: rig.clock, log: rig.log });
    near.instanceOf = { region: 'fra', epoch: 4 };
    await near.start();
    try {
      for (const { ref } of rig.nodes) near.addNode(ref);
      const signaling = await rig.instance('sig-fra', { region: 'fra', regionCentreUrl: near.url });
      await until(() => near.links.has('sig-fra'), 'the instance knows the signaling node');
      const ann = await TestClient.join(signaling.url);
      expect(decisionOf(ann)).toBe('DE_1.fra');
      expect(await codeOf(ann, 'DE_1.fra')).toBe('explained');
      expect([near.explainRequests.length, rig.centre.explainRequests.length]).toEqual([1, 0]);
      await near.stop();
      await until(() => !near.links.has('sig-fra'), 'the instance is gone');
      // This test's leader does not know the decision; only the request matters.
      expect(await codeOf(ann, 'DE_1.fra')).toBe('DECISION_UNKNOWN');
      expect(rig.centre.explainRequests).toHaveLength(1);
      expect(await codeOf(ann, 'DE_1.sgp')).toBe('DECISION_UNKNOWN');
      expect(rig.centre.explainRequests).toHaveLength(2);
    } finally {
      await near.stop();
    }
  });
});
