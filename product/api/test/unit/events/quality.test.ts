import { wire } from '@meridian/protocol';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type TestApi, testApi } from '../../support/test-api.ts';
import { entry, journal } from './journals.ts';

const ann = 'PA_aaaaaaaaaaaaaaaaaaaa';
const bob = 'PA_bbbbbbbbbbbbbbbbbbbb';
let api: TestApi;
beforeEach(async () => {
  api = await testApi();
});
afterEach(() => api.close());

const qualityOfAnn: wire.SessionQuality.$Properties = {
  measuredS: 60,
  rttP50Ms: 20,
  rttP95Ms: 45,
  packetsSent: 1000,
  packetsSentLost: 15,
  packetsReceived: 1980,
  packetsReceivedLost: 20,
  bytesSent: 750_000,
  bytesReceived: 1_500_000,
  freezeCount: 2,
  freezeMs: 700,
  sentWidth: 1280,
  sentHeight: 720,
  resumes: 1,
  transport: 'udp',
  device: '=Chrome 131, "Windows"',
};
const stay = (sessionId: string, quality: wire.SessionQuality.$Properties, o: wire.StayQuality.$Properties = {}) => ({
  roomKey: 'acme/lobby',
  sid: 'RM_1',
  sessionId,
  quality,
  route: ['sfu-fra-1', 'sfu-sgp-1'],
  signalingId: 'sig-fra',
  sdk: 'web/1',
  location: 'Hamburg, DE',
  wallMs: api.clock.wallMs(),
  ...o,
});
/** Passes the message through the wire's encoding. */
const reportQuality = (...stays: wire.StayQuality.$Properties[]) =>
  api.telling.qualities.take(wire.StayQualities.decode(wire.StayQualities.encode({ stays }).finish()));
const stays = async (o = {}) => {
  const { body } = await api.ask('GET', '/room-lives/RM_1/stays', o);
  return JSON.parse(body).data as { identity: string; quality?: Record<string, unknown> }[];
};
const qualityOf = async (identity: string) => (await stays()).find((each) => each.identity === identity)?.quality;
const joined = (identity: string, sessionId: string) => ({
  ...entry.joined(identity),
  participant: { ...entry.joined(identity).participant, identity, sessionId },
});
const bothCome = () => api.telling.intake.take(journal(1, 1, [entry.opened(), joined('ann', ann), joined('bob', bob)]));

describe('the quality of stays', () => {
  it('is shown with the stay, whichever of the two came first', async () => {
    await reportQuality(stay(ann, qualityOfAnn));
    await bothCome();
    await reportQuality(stay(bob, { measuredS: 3 }, { location: '', sdk: '', route: [] }));
    expect(await qualityOf('ann')).toEqual({
      device: qualityOfAnn.device,
      sdk: 'web/1',
      location: 'Hamburg, DE',
      signalingId: 'sig-fra',
      route: ['sfu-fra-1', 'sfu-sgp-1'],
      transport: 'udp',
      measuredS: 60,
      resumes: 1,
      rttP50Ms: 20,
      rttP95Ms: 45,
      sentLoss: 0.015,
      receivedLoss: 0.01,
      sentBps: 100_000,
      receivedBps: 200_000,
      freezeCount: 2,
      freezeMs: 700,
      sentWidth: 1280,
      sentHeight: 720,
      reportedAt: new Date(api.clock.wallMs()).toISOString(),
    });
    expect(await qualityOf('bob')).toEqual({
      signalingId: 'sig-fra',
      route: [],
      measuredS: 3,
      resumes: 0,
      sentBps: 0,
      receivedBps: 0,
      freezeCount: 0,
      freezeMs: 0,
      reportedAt: expect.any(String),
    });
  });

  it('of a life is the worst of each figure, over the tenant’s own stays', async () => {
    await bothCome();
    const life = async () => (await api.ask('GET', '/room-lives/RM_1')).json();
    expect(await life()).not.toHaveProperty('worst');
    await reportQuality(
      stay(ann, qualityOfAnn),
      stay(bob, { ...qualityOfAnn, rttP95Ms: 30, packetsSent: 0, packetsSentLost: 0, freezeMs: 6000 }),
      stay(bob, { ...qualityOfAnn, rttP95Ms: 900 }, { roomKey: 'globex/lobby' }),
    );
    expect((await life()).worst).toEqual({ rttP95Ms: 45, sentLoss: 0.015, receivedLoss: 0.01, freezeShare: 0.1 });
  });

  it('is absent for clients that do not report it', async () => {
    await bothCome();
    expect(await qualityOf('ann')).toBeUndefined();
  });

  it('is replaced by that of a longer measurement only, despite repeated or late reports', async () => {
    await bothCome();
    await reportQuality(stay(ann, qualityOfAnn));
    // A resume at another node, which does not know the location.
    const longerQuality = { ...qualityOfAnn, measuredS: 120, freezeCount: 3 };
    await reportQuality(
      stay(ann, { ...qualityOfAnn, measuredS: 90 }),
      stay(ann, longerQuality, { signalingId: 'sig-sgp', location: '' }),
    );
    await reportQuality(stay(ann, qualityOfAnn));
    await reportQuality(stay(ann, longerQuality, { signalingId: 'sig-sgp', location: '' }));
    expect(await qualityOf('ann')).toMatchObject({
      measuredS: 120,
      freezeCount: 3,
      signalingId: 'sig-sgp',
      location: 'Hamburg, DE',
    });
  });

  const hostile: [string, wire.StayQuality.$Properties][] = [
    ['no quality', { quality: null }],
    ['nothing measured', { quality: { ...qualityOfAnn, measuredS: 0 } }],
    ['no room', { roomKey: 'nowhere' }],
    ['no life of a room', { sid: 'RM_1; drop table' }],
    ['no session', { sessionId: 'ann' }],
  ];
  it.each(hostile)('with %s is left out, and the rest of the batch is kept', async (_name, change) => {
    await bothCome();
    await reportQuality(stay(ann, qualityOfAnn, change), stay(bob, qualityOfAnn));
    expect([await qualityOf('ann'), (await qualityOf('bob'))?.['measuredS']]).toEqual([undefined, 60]);
  });

  it('with impossible numbers and texts is clamped', async () => {
    await bothCome();
    const huge = Object.fromEntries(
      Object.entries(qualityOfAnn).map(([name, value]) => [name, typeof value === 'number' ? 4_000_000_000 : value]),
    );
    const text = `\0${'x'.repeat(10_000)}\u202e`;
    const longAfter = { wallMs: 1e300, signalingId: text, sdk: text, location: text, route: new Array(99).fill(text) };
    await reportQuality(stay(ann, { ...huge, device: text, transport: text }, longAfter));
    const shown = await qualityOf('ann');
    expect(shown).toMatchObject({ rttP95Ms: 60_000, reportedAt: new Date(api.clock.wallMs()).toISOString() });
    expect(shown?.['transport']).toBeUndefined();
    expect(JSON.stringify(shown).length).toBeLessThan(4000);
  });

  it('is refused as a whole if the batch is too large', async () => {
    await expect(reportQuality(...new Array(1001).fill(stay(ann, qualityOfAnn)))).rejects.toMatchObject({
      code: 'REQUEST_INVALID',
    });
    await reportQuality();
  });

  it('reported for another tenant’s room is not shown', async () => {
    await bothCome();
    await reportQuality(stay(ann, qualityOfAnn, { roomKey: 'globex/lobby' }));
    expect(await qualityOf('ann')).toBeUndefined();
  });

  it('comes as CSV, without formulas', async () => {
    await bothCome();
    await reportQuality(stay(ann, qualityOfAnn));
    const lines = (await api.ask('GET', '/room-lives/RM_1/stays.csv')).body.split('\r\n');
    expect(lines[0]).toContain('estimated,device,sdk,location,signalingId,route,transport,measuredS');
    expect(lines[1]).toContain(
      `,"'=Chrome 131, ""Windows""",web/1,"Hamburg, DE",sig-fra,sfu-fra-1 sfu-sgp-1,udp,60,1,20,45,0.015,0.01,`,
    );
    expect(lines[2]).toMatch(/,,,,,$/);
  });
});
