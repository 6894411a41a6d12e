import cors from '@fastify/cors';
import { type ControlLink, limits, MeridianError, rpc, wire } from '@meridian/protocol';
import type { Lack } from '@meridian/room-media/core';
import { createLogger, ManualClock } from '@meridian/runtime';
import Fastify, { type FastifyInstance } from 'fastify';
import { afterEach, describe, expect, it } from 'vitest';
import { redirectToNearest, redirectToOrigin, serveNear } from '../../src/http/nearest.ts';
import { Placing } from '../../src/placing/placing.ts';

const frankfurt = { latitude: 50.11, longitude: 8.68 };
const singapore = { latitude: 1.35, longitude: 103.82 };
const cities: Readonly<Record<string, typeof frankfurt>> = { frankfurt, singapore };
const log = createLogger({ name: 'nearest', level: 'silent' });
const clock = new ManualClock();
const room = { apiKey: 'one', room: 'lobby', fence: '' };
const programme = { ...room, picture: '', without: '' };
const client = { clientIp: '192.0.2.1', from: '' };

type Answer = (ask: wire.LocateRequest) => Promise<wire.LocateReply.$Properties>;
const knows: Answer = async ({ fromCity, clientIp }) => {
  const place = cities[fromCity] ?? cities[clientIp];
  if (place === undefined && fromCity !== '') throw new MeridianError('CITY_UNKNOWN', 'no such city');
  return { location: place === undefined ? { ...frankfurt, source: 'none' } : { ...place, source: 'city' } };
};

/** Starts a centre with this answer; `asked` has its requests with their deadlines. */
function centre(answer: Answer) {
  const asked: object[] = [];
  const refuse = (): never => expect.unreachable('gateways ask for locations alone');
  const link: ControlLink = {
    request: async (type, payload, o) => {
      if (type !== rpc.locate.number) refuse();
      const ask = wire.LocateRequest.decode(payload);
      asked.push({ clientIp: ask.clientIp, fromCity: ask.fromCity, ...o });
      return wire.LocateReply.encode(await answer(ask)).finish();
    },
    send: refuse,
    onRequest: refuse,
    onMessage: refuse,
  };
  return { link, asked };
}

const servers: FastifyInstance[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close();
});

interface Options {
  readonly nodeId?: string;
  readonly development?: boolean;
  readonly allowedOrigins?: readonly string[];
  readonly place?: typeof frankfurt;
  readonly lacks?: readonly Lack[];
}
async function gateway(link: ControlLink | undefined, o: Options = {}) {
  const { nodeId = 'fra', development = true, allowedOrigins = ['*'], place = frankfurt, lacks = [] } = o;
  const http = Fastify();
  await http.register(cors, { origin: true });
  servers.push(http);
  const address = { url: '' };
  const full: { code?: 'OVERLOADED' | 'ROOM_FULL' } = {};
  const served = async (request: { url: string; body: unknown }) => ({ nodeId, url: request.url, body: request.body });
  http.get('/*', async (request, reply) =>
    (await redirectToNearest({ placing, allowedOrigins }, request, reply, room)) ? reply : served(request),
  );
  http.get('/hls/*', async (request, reply) =>
    (await redirectToOrigin({ placing, allowedOrigins }, request, reply, programme)) ? reply : served(request),
  );
  http.get('/full/*', async (request, reply) => {
    const serve = (): ReturnType<typeof served> =>
      full.code === undefined ? served(request) : Promise.reject(new MeridianError(full.code));
    try {
      return (await serveNear({ placing, allowedOrigins }, request, reply, room, serve)) ?? reply;
    } catch (error) {
      return { refused: error instanceof MeridianError && error.code };
    }
  });
  http.post('/*', async (request, reply) =>
    (await redirectToNearest({ placing, allowedOrigins }, request, reply, room)) ? reply : served(request),
  );
  address.url = await http.listen({ host: '127.0.0.1', port: 0 });
  const self = { nodeId, region: nodeId, publicUrl: address.url, rtmpUrl: `rtmp://${nodeId}:1935`, ...place, lacks };
  const placing = new Placing({ centre: () => link, self, development, clock, log });
  const hasFfmpeg = (): void => void Object.assign(self, { lacks: [] });
  return { ...self, placing, http, full, hasFfmpeg };
}
type Served = Awaited<ReturnType<typeof gateway>>;

function exchangePlans(gateways: readonly Served[], states: Readonly<Record<string, string>> = {}): void {
  const nodes = gateways.map(({ nodeId, publicUrl, latitude, longitude }) => {
    const addresses = [{ purpose: 'rtmp', protocol: 'tcp', announced: nodeId, port: 1935 }];
    const place = { region: nodeId, latitude, longitude, addresses };
    return { nodeId, kind: 'gateway', state: states[nodeId] ?? 'alive', publicUrl, ...place };
  });
  const plan = wire.Plan.decode(wire.Plan.encode({ nodes }).finish());
  for (const { placing } of gateways) placing.follow(plan);
}

async function twoGateways(answer: Answer = knows, o: Options = {}) {
  const { link, asked } = centre(answer);
  const fra = await gateway(link, o);
  const sgp = await gateway(link, { ...o, nodeId: 'sgp', place: singapore });
  exchangePlans([fra, sgp]);
  return { fra, sgp, asked };
}

describe('a gateway without ffmpeg', () => {
  const fromFrankfurt = { clientIp: '', from: 'frankfurt' };
  it('redirects its clients to other gateways, and keeps its clients if no other gateway has ffmpeg', async () => {
    const { link } = centre(knows);
    const fra = await gateway(link, { lacks: ['sound'] });
    const ids = async () =>
      [
        await fra.placing.nearest(fromFrankfurt, room),
        await fra.placing.nearest(client, room),
        fra.placing.origin(programme),
      ].map(({ nodeId, lacks = [] }) => [nodeId, ...lacks]);
    expect(await ids()).toEqual(Array(3).fill(['fra', 'sound']));
    const sgp = await gateway(link, { nodeId: 'sgp', place: singapore });
    // A gateway without ffmpeg registers without a URL, so no gateway sends it clients.
    exchangePlans([{ ...fra, publicUrl: '' }, sgp]);
    expect(await ids()).toEqual(Array(3).fill(['sgp']));
    expect((await sgp.placing.nearest(fromFrankfurt, room)).nodeId).toBe('sgp');
    fra.hasFfmpeg(); // ffmpeg is installed, before any plan says so.
    expect((await ids()).slice(0, 2)).toEqual(Array(2).fill(['fra']));
  });
});

describe('a client stays at the gateway that it asks', () => {
  it.each<[string, Answer]>([
    ['when the centre does not answer in time', () => Promise.reject(new Error('LINK_DEADLINE'))],
    ['when the centre has too much to do', () => Promise.reject(new MeridianError('RATE_LIMITED'))],
    ['when the centre answers nothing', async () => ({})],
    ['when the centre cannot locate the address', async () => ({ location: { ...singapore, source: 'none' } })],
  ])('%s', async (_what, answer) => {
    const { fra, asked } = await twoGateways(answer);
    expect((await fra.placing.nearest(client, room)).nodeId).toBe('fra');
    expect(asked).toEqual([{ clientIp: '192.0.2.1', fromCity: '', deadlineMs: 1000 }]);
  });
  it('while it has no link to the centre', async () => {
    const fra = await gateway(undefined);
    expect((await fra.placing.nearest({ ...client, from: 'singapore' }, room)).publicUrl).toBe(fra.publicUrl);
  });
  it('when its URL names a city outside of development', async () => {
    const { fra, asked } = await twoGateways(knows, { development: false });
    const response = await fetch(`${fra.publicUrl}/a?from=singapore`);
    expect(await response.json()).toMatchObject({ nodeId: 'fra' });
    expect(asked).toEqual([{ clientIp: '127.0.0.1', fromCity: '', deadlineMs: 1000 }]);
  });
  it('when it is near', async () => {
    const { fra } = await twoGateways();
    expect(await (await fetch(`${fra.publicUrl}/a?from=frankfurt`)).json()).toMatchObject({ nodeId: 'fra' });
  });
  it('when its page is of a listed origin, which a redirect would lose', async () => {
    const { fra } = await twoGateways(knows, { allowedOrigins: ['https://page'] });
    const of = (headers: Record<string, string>) => fra.http.inject({ url: '/a?from=singapore', headers });
    expect((await of({ origin: 'https://page' })).statusCode).toBe(200);
    expect((await of({})).statusCode).toBe(307);
  });
});

describe('a client is redirected', () => {
  it('to the nearest gateway, with all parameters of its URL', async () => {
    const { fra, sgp } = await twoGateways();
    const response = await fetch(`${fra.publicUrl}/live/KEY.flv?_HLS_msn=7&from=singapore`);
    const url = '/live/KEY.flv?_HLS_msn=7&from=singapore&at=sgp';
    expect([response.url, await response.json()]).toEqual([`${sgp.publicUrl}${url}`, { nodeId: 'sgp', url }]);
  });
  it('once: the other gateway serves the client without asking the centre, even if the client seems near another', async () => {
    const { fra, sgp, asked } = await twoGateways();
    for (const at of ['sgp', 'another', '']) {
      const response = await fetch(`${sgp.publicUrl}/a?at=${at}&from=frankfurt`, { redirect: 'manual' });
      expect(await response.json()).toMatchObject({ nodeId: 'sgp' });
    }
    expect(asked).toEqual([]);
    expect((await sgp.http.inject('/a?from=frankfurt')).headers.location).toMatch(fra.publicUrl);
  });
  it('with the body of its request', async () => {
    const { fra } = await twoGateways();
    const response = await fetch(`${fra.publicUrl}/whip?from=singapore`, {
      method: 'POST',
      body: '{"a":1}',
      headers: { 'content-type': 'application/json' },
    });
    expect(await response.json()).toMatchObject({ nodeId: 'sgp', body: { a: 1 } });
  });
  it("only to a gateway's address, whatever host its URL names", async () => {
    const { fra, sgp } = await twoGateways();
    for (const url of ['//evil.example/a?from=singapore', 'http://evil.example/a?from=singapore'])
      expect((await fra.http.inject(url)).headers.location).toMatch(`${sgp.publicUrl}/`);
  });
  it('away from a draining gateway, to which no other gateway redirects', async () => {
    const { fra, sgp } = await twoGateways();
    exchangePlans([fra, sgp], { sgp: 'draining' });
    for (const { placing } of [fra, sgp])
      expect((await placing.nearest({ ...client, from: 'singapore' }, room)).nodeId).toBe('fra');
    // A client without a known location is redirected too.
    expect((await sgp.placing.nearest(client, room)).nodeId).toBe('fra');
  });
  it('to a gateway of the newest plan, without asking the centre again', async () => {
    const { fra, sgp, asked } = await twoGateways();
    const from = { ...client, from: 'singapore' };
    expect((await fra.placing.nearest(from, room)).nodeId).toBe('sgp');
    exchangePlans([fra]);
    expect((await fra.placing.nearest(from, room)).nodeId).toBe('fra');
    exchangePlans([fra, sgp]);
    expect((await fra.placing.nearest(from, room)).rtmpUrl).toBe('rtmp://sgp:1935');
    expect(asked).toHaveLength(1);
  });
  it('never for the name of an unknown city, which is refused', async () => {
    const { fra } = await twoGateways();
    await expect(fra.placing.nearest({ ...client, from: 'atlantis' }, room)).rejects.toMatchObject({
      code: 'CITY_UNKNOWN',
    });
  });
  it('by a city name of at most a bounded length', async () => {
    const { fra, asked } = await twoGateways();
    await fra.http.inject(`/a?from=${'x'.repeat(1000)}`);
    expect(asked).toMatchObject([{ fromCity: 'x'.repeat(limits.nameLengthMax) }]);
  });
});

describe('a client of a gateway without capacity', () => {
  const ask = async ({ publicUrl }: Served): Promise<unknown> =>
    (await fetch(`${publicUrl}/full/a?from=frankfurt`)).json();
  it('is redirected to another gateway once, wherever that gateway is', async () => {
    const { fra, sgp } = await twoGateways();
    fra.full.code = 'OVERLOADED';
    expect(await ask(fra)).toMatchObject({ nodeId: 'sgp' });
    sgp.full.code = 'OVERLOADED';
    expect(await ask(fra)).toEqual({ refused: 'OVERLOADED' });
    fra.full.code = 'ROOM_FULL';
    expect(await ask(fra)).toEqual({ refused: 'ROOM_FULL' });
  });
  it('is refused when all other gateways drain, are dead or do not exist', async () => {
    const { fra, sgp } = await twoGateways();
    fra.full.code = 'OVERLOADED';
    for (const state of ['draining', 'dead']) {
      exchangePlans([fra, sgp], { sgp: state });
      expect([state, await ask(fra)]).toEqual([state, { refused: 'OVERLOADED' }]);
    }
    exchangePlans([fra]);
    expect(await ask(fra)).toEqual({ refused: 'OVERLOADED' });
  });
});

describe('gateways outside the fence of a room', () => {
  const fenced = { ...room, fence: 'sgp' };
  it('get no clients, whichever gateway a client asks', async () => {
    const { fra, sgp } = await twoGateways();
    for (const from of ['', 'frankfurt', 'singapore'])
      for (const { placing } of [fra, sgp])
        expect((await placing.nearest({ ...client, from }, fenced)).nodeId).toBe('sgp');
    expect(fra.placing.origin({ ...programme, fence: 'sgp' }).nodeId).toBe('sgp');
  });
  it('get no clients even if no gateway is inside the fence', async () => {
    const { fra } = await twoGateways();
    const elsewhere = { ...room, fence: 'nyc' };
    await expect(fra.placing.nearest(client, elsewhere)).rejects.toMatchObject({ code: 'FENCED_OUT' });
    expect(() => fra.placing.origin({ ...programme, fence: 'nyc' })).toThrow('no gateway is in the regions');
  });
});

describe('the origin of a stream', () => {
  it('is one redirect away from any gateway, and a page of another web origin may read the answer', async () => {
    const { fra, sgp, asked } = await twoGateways();
    const { nodeId } = fra.placing.origin(programme);
    for (const { publicUrl } of [fra, sgp]) {
      const response = await fetch(`${publicUrl}/hls/KEY/index.m3u8?from=singapore`);
      expect(await response.json()).toMatchObject({ nodeId });
    }
    const other = nodeId === 'fra' ? sgp : fra;
    const headers = { origin: 'https://page' };
    const moved = await other.http.inject({ url: '/hls/KEY/index.m3u8', headers });
    expect([moved.statusCode, moved.headers['access-control-allow-origin']]).toEqual([307, 'https://page']);
    expect(asked).toEqual([]);
  });
  it('moves to the other gateway when its gateway drains or dies, and differing plans cause no redirect loop', async () => {
    const { fra, sgp } = await twoGateways();
    const { nodeId } = fra.placing.origin(programme);
    const [origin, other] = nodeId === 'fra' ? [fra, sgp] : [sgp, fra];
    for (const state of ['draining', 'dead', 'suspect']) {
      exchangePlans([fra, sgp], { [nodeId]: state });
      for (const { placing } of [fra, sgp]) expect(placing.origin(programme).nodeId).toBe(other.nodeId);
    }
    // The other gateway has the new plan, and the origin still has an empty plan.
    exchangePlans([other, origin]);
    const beforeIt = origin.placing.origin(programme).nodeId;
    origin.placing.follow(new wire.Plan({ nodes: [] }));
    expect(beforeIt).toBe(nodeId);
    const response = await fetch(`${other.publicUrl}/hls/KEY/index.m3u8`);
    expect(await response.json()).toMatchObject({ nodeId });
  });
});
