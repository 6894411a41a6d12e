// Edges: nginx with the configuration that `meridian node edge` writes, in front of a gateway with a hand-made mix, a
// scripted signaling node and a manual clock.
import { Edges, edgePath, edgeSignsOf, FixedKeys, queryEdge } from '@meridian/node-shell';
import { EDGE_HEADER, limits, MeridianError } from '@meridian/protocol';
import { capabilityOf } from '@meridian/room-media';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { freePort } from '../../../base/runtime/test/support/free-port.ts';
import { StreamKeys } from '../../../media/gateway/src/adapters/stream-keys.ts';
import { addEdge } from '../../../media/gateway/src/http/edge.ts';
import { addHls } from '../../../media/gateway/src/http/hls.ts';
import { countHls } from '../../../media/gateway/src/http/live.ts';
import { buildHttp } from '../../../media/gateway/src/http/server.ts';
import { PollingViewers } from '../../../media/gateway/src/live/polling-viewers.ts';
import { hlsBaseUrl } from '../../../media/gateway/src/placing/edges.ts';
import { Placing, programmeKeyOf } from '../../../media/gateway/src/placing/placing.ts';
import { HlsStreams } from '../../../media/gateway/src/room/hls-stream.ts';
import { Programmes } from '../../../media/gateway/src/room/programmes.ts';
import { eventually } from '../../../media/gateway/test/support/eventually.ts';
import { gatesOf } from '../../../media/gateway/test/support/gates.ts';
import { sound } from '../../../media/gateway/test/support/hls.ts';
import { readPlaylist } from '../../../media/gateway/test/support/hls-rules.ts';
import { ScriptedRoom, streamKey } from '../../../media/gateway/test/support/scripted-room.ts';
import { SilentMixer } from '../../../media/gateway/test/support/silent-mixer.ts';
import { Nginx } from '../support/nginx-edge.ts';

const secret = 'a secret of edges that is long enough';
const signs = edgeSignsOf(secret);
const place = { region: 'fra', latitude: 50, longitude: 8 };
const client = { clientIp: '', from: '' };
let gatewayPort: number;
let edge: Nginx;
/** Edge behind a regional cache. */
let lower: Nginx;
let room: ScriptedRoom;
let keys: StreamKeys;
let programmes: Programmes;
let streams: HlsStreams;
let mixer: SilentMixer;
let placing: Placing;
let edges: Edges;
let http: Awaited<ReturnType<typeof buildHttp>>;
let viewers: PollingViewers;
let key: string;
/** Number of the test: no test requests what an edge has cached for another. */
let testNumber = 0;
let gatewayRequests: string[];

beforeAll(async () => {
  gatewayPort = await freePort();
  const gateways = [{ id: 'gw', url: `http://127.0.0.1:${gatewayPort}` }];
  edge = await Nginx.edge({ secret, gateways });
  lower = await Nginx.edge({ secret, gateways, regionals: { addresses: [`127.0.0.1:${edge.port}`] } });
});
afterAll(async () => {
  await lower.close();
  await edge.close();
});

beforeEach(async () => {
  testNumber += 1;
  room = await ScriptedRoom.open();
  const { tokens, rng, log, clock, live } = room.base;
  // Edges use the machine's clock.
  const wallMs = (): number => Date.now();
  keys = new StreamKeys(new FixedKeys([room.apiKey]), { rng, wallMs });
  programmes = new Programmes({
    ...room.base,
    nodeId: 'gw',
    mixers: (...o) => {
      mixer = new SilentMixer(...o);
      return mixer;
    },
  });
  streams = new HlsStreams({ clock });
  const publicUrl = `http://127.0.0.1:${gatewayPort}`;
  const self = { nodeId: 'gw', rtmpUrl: 'rtmp://host', publicUrl, ...place };
  placing = new Placing({ centre: () => undefined, self, development: false, clock, log });
  const server = { url: edge.url, ...place, capacity: 1000, tier: 'edge' } as const;
  edges = new Edges({ config: { secret, servers: [server] }, ask: queryEdge, clock, log });
  viewers = new PollingViewers({ live, clock });
  http = await buildHttp({
    ways: { tokens, keys, wallMs, placing },
    allowedOrigins: ['*'],
    log,
    gate: gatesOf(clock).http,
  });
  gatewayRequests = [];
  http.addHook('onRequest', async ({ url }) => void gatewayRequests.push(url.replace(/^\/hls\/[\w-]+\//, '')));
  countHls(http, { keys, viewers, edges });
  addHls(http, { keys, programmes, streams, clock, edges, near: { placing, allowedOrigins: ['*'] } });
  addEdge(http, { keys, programmes, streams, placing, edges, viewers, keptS: 1 });
  await http.listen({ host: '127.0.0.1', port: gatewayPort });
  key = playKey();
});
afterEach(async () => {
  viewers.close();
  edges.close();
  await http.close();
  await programmes.close();
  room.close();
});

/** Seals a key for a room of its own, so that no edge has cached its stream. */
const playKey = (o = {}): string => keys.seal(streamKey({ use: 'play', ...o }));
const opened = async (text = key) => keys.open(text);
const baseOf = async (text = key, at: Nginx = edge): Promise<string> => {
  const { expiresWallMs, ...one } = await opened(text);
  const programmeKey = programmeKeyOf({ ...one, room: `${one.room} ${testNumber} ${room.clock.wallMs()}` });
  return `${at.url}${edgePath(signs, { originId: 'gw', programmeKey, streamKey: text, expiresWallMs })}`;
};

/** Plays a participant's sound until the stream has `ms` of it. */
async function playing(ms: number): Promise<void> {
  const { mimeType, preferredPayloadType: payloadType = 0, clockRate, channels = 2 } = capabilityOf('opus');
  const codec = { mimeType, payloadType, clockRate, channels, parameters: {} };
  const rtp = { mid: 'audio', codecs: [codec], headerExtensions: [], encodings: [{ ssrc: 5 }] };
  const programme = await programmes.open(await opened());
  room.subscribe({ trackId: 'TR_voice', consumerId: 'c1', rtp });
  await eventually(() => expect(programme.expects).toBe('sound'));
  await http.inject(`/hls/${key}/init-1.mp4`); // the first request begins the stream
  play(1500 + ms);
  gatewayRequests.length = 0;
}
function play(ms: number): void {
  const endMs = room.clock.nowMs() + ms;
  while (room.clock.nowMs() < endMs) {
    room.clock.advance(20);
    mixer.give(sound(room.clock.nowMs()));
  }
}
const times = async <T>(count: number, one: () => Promise<T>): Promise<T[]> =>
  Promise.all(Array.from({ length: count }, one));
const statusOf = async (url: string, headers = {}): Promise<number> =>
  (await fetch(url, { headers, redirect: 'manual' })).status;
const mediaAsked = (): string[] => gatewayRequests.filter((path) => !path.startsWith('viewer?'));

describe('a stream that many request at once', () => {
  it('costs the gateway one request for each playlist, the awaited one too, and each segment', async () => {
    await playing(9000);
    const base = await baseOf();
    expect(await statusOf(`${base}/index.m3u8`)).toBe(200); // from here on the edge knows the viewer
    gatewayRequests.length = 0;
    const fromMs = Date.now();
    const playlists = await times(200, async () => (await fetch(`${base}/media.m3u8`)).text());
    const seconds = Math.ceil((Date.now() - fromMs) / 1000); // each playlist is valid for one second
    expect(new Set(playlists).size).toBe(1);
    expect(mediaAsked().length).toBeLessThanOrEqual(seconds);
    gatewayRequests.length = 0;
    const { hint } = readPlaylist(playlists[0] ?? '');
    const [, msn = '', part = ''] = /part-(\d+)\.(\d+)/.exec(hint) ?? [];
    const segment = `seg-${Number(msn) - 1}.m4s`;
    const bodies = await times(200, async () => (await fetch(`${base}/${segment}`)).arrayBuffer());
    expect(new Set(bodies.map(({ byteLength }) => byteLength)).size).toBe(1);
    const query = `_HLS_msn=${msn}&_HLS_part=${part}`;
    const awaitedPlaylists = times(200, async () => (await fetch(`${base}/media.m3u8?${query}&of=none`)).text());
    await eventually(() => expect(streams.waiting).toBe(1));
    play(400);
    for (const text of await awaitedPlaylists) expect(text).toContain(hint);
    expect(mediaAsked()).toEqual([segment, `media.m3u8?${query}`]);
    for (const other of [`_HLS_msn=0${msn}`, `_HLS_msn=${msn}&_HLS_part=00`, `_HLS_msn=${msn}&_HLS_part=1e9`])
      expect(await statusOf(`${base}/media.m3u8?${other}`)).toBe(200);
    expect(mediaAsked().slice(2).join()).not.toContain('_HLS');
  });

  it('passes a regional cache, which sends no requests about its viewers', async () => {
    await playing(9000);
    const base = await baseOf(key, lower);
    expect(await statusOf(`${base}/index.m3u8`)).toBe(200);
    expect(gatewayRequests).toEqual(['viewer?address=127.0.0.1&file=index.m3u8', 'index.m3u8']);
    gatewayRequests.length = 0;
    const playlists = await times(50, async () => (await fetch(`${base}/media.m3u8`)).text());
    expect(new Set(playlists).size).toBe(1);
    const aboutViewers = 'viewer?address=127.0.0.1&file=media.m3u8';
    expect(new Set(gatewayRequests)).toEqual(new Set([aboutViewers, 'media.m3u8']));
    expect(mediaAsked().length).toBeLessThanOrEqual(2); // each playlist is valid for a second
  });
});

describe('an edge refuses', () => {
  it('a key that its gateway refuses, although it has cached the playlist', async () => {
    await playing(5000);
    expect(await statusOf(`${await baseOf()}/media.m3u8`)).toBe(200);
    const [forged, toPublish] = [key.slice(0, -4).concat('AAAA'), playKey({ use: 'publish' })];
    const { expiresWallMs } = await opened();
    const urlOf = async (streamKey: string): Promise<string> => {
      const { room: name, ...one } = await opened();
      const programmeKey = programmeKeyOf({ ...one, room: `${name} ${room.clock.wallMs()}` });
      return `${edge.url}${edgePath(signs, { originId: 'gw', programmeKey, streamKey, expiresWallMs })}/media.m3u8`;
    };
    expect(await statusOf(await urlOf(forged))).toBe(401);
    expect(await statusOf(await urlOf(toPublish))).toBe(403);
    expect(await statusOf(await urlOf(playKey({ identity: 'bob' })))).toBe(200);
  });
});

describe('a playing viewer', () => {
  it('is refused soon after its key was revoked, although it sends new requests', async () => {
    await playing(5000);
    const [otherUrl, ownKey] = [`${await baseOf()}/media.m3u8`, playKey({ identity: 'revoked' })];
    const url = `${await baseOf(ownKey)}/media.m3u8`;
    /** The other viewer fills the cache, so that only this viewer's key needs a request. */
    const statuses = async (): Promise<number[]> => [await statusOf(otherUrl), await statusOf(url)];
    expect(await statuses()).toEqual([200, 200]);
    const open = keys.open.bind(keys);
    vi.spyOn(keys, 'open').mockImplementation(async (text) => {
      if (text === ownKey) throw new MeridianError('TOKEN_REVOKED');
      return open(text);
    });
    await eventually(async () => expect(await statuses()).toEqual([200, 401]));
    for (let count = 0; count < 3; count += 1) expect(await statuses()).toEqual([200, 401]);
  });
});

describe('an address', () => {
  async function edgeForOne(): Promise<Nginx> {
    const gateways = [{ id: 'gw', url: `http://127.0.0.1:${gatewayPort}` }];
    const small = await Nginx.edge({ secret, gateways }, { viewersPerAddress: 1 });
    onTestFinished(() => small.close());
    return small;
  }

  it('has as many requests as its viewers need, and gets a time to retry; other edges have no limit', async () => {
    await playing(5000);
    const url = `${await baseOf(key, await edgeForOne())}/seg-1.m4s`;
    let refused: Response | undefined;
    for (let count = 0; count < 100 && refused === undefined; count += 1) {
      const answer = await fetch(url);
      if (answer.status === 429) refused = answer;
    }
    const { headers } = refused ?? expect.unreachable('a hundred requests of one viewer at once');
    const said = ['retry-after', 'cache-control', 'access-control-allow-origin'].map((name) => headers.get(name));
    expect(said).toEqual(['1', 'no-store', '*']);
    expect(await statusOf(url, { [EDGE_HEADER]: signs.proof })).toBe(404);
  });
});

describe('a gateway', () => {
  it('sends a viewer to a running edge, and to the origin when it has died', async () => {
    const programme = await opened();
    const endS = 2e9 + limits.clockLeewayMs / 1000;
    const of = () => hlsBaseUrl({ placing, edges }, programme, { streamKey: key, expiresWallMs: 2e12 }, client);
    await edges.queryAll();
    expect(await of()).toMatch(new RegExp(`^${edge.url}/hls/${endS}/[\\w-]{22}/gw/[\\w-]{22}/${key}$`));
    await edge.kill();
    try {
      await edges.queryAll();
      expect(await of()).toContain(edge.url);
      await edges.queryAll();
      expect(await of()).toBe(`http://127.0.0.1:${gatewayPort}/hls/${key}`);
    } finally {
      await edge.run();
    }
    await edges.queryAll();
    expect(await of()).toContain(edge.url);
  });
});
