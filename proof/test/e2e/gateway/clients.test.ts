// Ends of every kind of publisher and viewer: removal from the room, and drain or kill of the gateway.
import { readFileSync } from 'node:fs';
import { get, type IncomingMessage } from 'node:http';
import { secureRng, systemClock } from '@meridian/runtime';
import { afterAll, afterEach, beforeAll, expect, it, onTestFinished } from 'vitest';
import WebSocket from 'ws';
import type { RoomView } from '../../../../media/gateway/src/room/room-controls.ts';
import { RtmpDial } from '../../../../media/gateway/src/rtmp/dialer.ts';
import type { TestCloud } from '../../support/cloud.ts';
import { Ffmpegs, h264, pictureInput, soundInput } from '../../support/ffmpegs.ts';
import { untilFleetAlive } from '../../support/fleet.ts';
import { until } from '../../support/poll.ts';
import { sharedCloud } from '../../support/shared-cloud.ts';
import { fetchUdpView, openUdp } from '../../support/udp-client.ts';
import { type Ways, waysOf } from '../../support/ways.ts';

/** Time after a gateway's death until the roster drops its clients. */
const GONE_MS = 10_000;
const offer = readFileSync(new URL('../../../../media/sdp/test/fixtures/chromium.sdp', import.meta.url), 'utf8');

let cloud: TestCloud;
const ffmpegs = new Ffmpegs();
const ends: (() => unknown)[] = [];
beforeAll(async () => {
  cloud = sharedCloud();
  await untilFleetAlive(cloud);
});
afterEach(() => {
  for (const end of ends.splice(0)) end();
  ffmpegs.end();
});
afterAll(() => untilFleetAlive(cloud));

interface Client {
  readonly identity: string;
  /**
   * True when a player has received media, or a publisher's session is open; other files test the publisher's media.
   */
  isOn(): boolean;
  endedWith(): string | undefined | Promise<string | undefined>;
}
type OpenClient = (room: string, name: string) => Promise<Client>;
const addressesOf = (room: string, identity: string, client: 'encoder' | 'h5' = 'encoder'): Promise<Ways> =>
  waysOf(cloud, 'frankfurt', { room, identity }, { client });

function dial(url: string, role: 'play' | 'publish', identity: string): Client {
  const { hostname, port, pathname } = new URL(url.replace('rtmp:', 'http:'));
  const tcUrl = `rtmp://${hostname}:${port}/live`;
  let media = 0;
  let end: string | undefined;
  const rtmpDial = new RtmpDial({
    clock: systemClock(),
    rng: secureRng(),
    role,
    address: hostname,
    target: {
      host: hostname,
      port: Number(port),
      isTls: false,
      app: 'live',
      tcUrl,
      redactedUrl: '',
      id: '',
      streamName: pathname.replace('/live/', ''),
    },
    onReady: () => undefined,
    onMedia: () => {
      media += 1;
    },
    onEnd: ({ code, reason }) => {
      end = `${code} ${reason}`;
    },
  });
  ends.push(() => rtmpDial.close());
  return { identity, isOn: () => media > 20, endedWith: () => end };
}

function socket(url: string, identity: string): Client & { readonly socket: WebSocket } {
  const webSocket = new WebSocket(url);
  let bytes = 0;
  let end: string | undefined;
  webSocket.on('message', (message: Buffer) => {
    bytes += message.length;
  });
  webSocket.on('error', () => undefined); // its close event follows
  webSocket.on('close', (code, reason) => {
    end = `${code} ${reason.toString()}`;
  });
  ends.push(() => webSocket.terminate());
  return { identity, isOn: () => bytes > 20_000, endedWith: () => end, socket: webSocket };
}

const kinds: Record<string, { readonly come: OpenClient; readonly kicked: RegExp; readonly refused: RegExp }> = {
  'encoder by RTMP': {
    come: async (room, name) => {
      const { publish } = await addressesOf(room, name);
      const child = ffmpegs.publish(publish?.rtmp.url);
      const code = (): string | undefined => (child.exitCode === null ? undefined : `exit ${child.exitCode}`);
      return { identity: `${name}-encoder`, isOn: () => child.exitCode === null, endedWith: code };
    },
    kicked: /^exit [1-9]/,
    refused: /^exit [1-9]/,
  },
  'page that publishes by MPEG-1': {
    come: async (room, name) => {
      const client = socket((await addressesOf(room, name, 'h5')).publish?.h5 ?? '', name);
      const coding = ['-c:v', 'mpeg1video', '-g', '25', '-bf', '0', '-b:v', '600k', '-c:a', 'mp2', '-ar', '48000'];
      const child = ffmpegs.start(['-nostdin', ...pictureInput, ...soundInput, ...coding, '-f', 'mpegts', 'pipe:1']);
      let sent = 0;
      child.stdout?.on('data', (bytes: Buffer) => {
        if (client.socket.readyState !== WebSocket.OPEN) return;
        client.socket.send(bytes);
        sent += bytes.length;
      });
      return { ...client, isOn: () => sent > 20_000 };
    },
    kicked: /^1008 KICKED$/,
    refused: /^1008 KICKED$/,
  },
  'native client': {
    come: async (room, name) => {
      const request = { publish: { video: { codec: 'h264' } }, subscribe: true };
      const { id } = await openUdp(cloud, 'frankfurt', { room, identity: name, request });
      const endedWith = async (): Promise<string | undefined> => {
        const seen = await fetchUdpView(cloud, 'frankfurt', id);
        return typeof seen === 'string' ? seen : undefined;
      };
      return { identity: name, isOn: () => true, endedWith };
    },
    kicked: /^KICKED$/,
    refused: /KICKED/,
  },
  'publisher by WHIP': {
    come: async (room, name) => {
      const { url = '', key = '' } = (await addressesOf(room, name)).publish?.whip ?? {};
      const authorization = `Bearer ${key}`;
      const headers = { authorization, 'content-type': 'application/sdp' };
      const response = await fetch(url, { method: 'POST', headers, body: offer });
      if (response.status !== 201) throw new Error(`WHIP: HTTP ${response.status} ${await response.text()}`);
      const location = new URL(response.headers.get('location') ?? '', url);
      const endedWith = async (): Promise<string | undefined> => {
        const fragment = { authorization, 'content-type': 'application/trickle-ice-sdpfrag', 'if-match': '"x"' };
        const { status } = await fetch(location, { method: 'PATCH', headers: fragment, body: 'a=ice-ufrag:x\r\n' });
        return status === 404 ? 'HTTP 404' : undefined;
      };
      return { identity: `${name}-encoder`, isOn: () => true, endedWith };
    },
    kicked: /^HTTP 404$/,
    refused: /KICKED/,
  },
  'player by RTMP': {
    come: async (room, name) => dial((await addressesOf(room, name)).play?.rtmp ?? '', 'play', `${name}-viewer`),
    kicked: /^ENDED/,
    refused: /^REFUSED NetStream.Play.Failed/,
  },
  'player by HTTP-FLV': {
    come: async (room, name) => {
      const { play } = await addressesOf(room, name);
      let bytes = 0;
      let end: string | undefined;
      const request = get(play?.flv ?? '', (response: IncomingMessage) => {
        response.on('data', (some: Buffer) => {
          bytes += some.length;
        });
        response.on('error', () => undefined); // its close event follows
        response.on('close', () => {
          end = `HTTP ${response.statusCode}${response.complete ? '' : ' cut'}`;
        });
      });
      request.on('error', () => {
        end ??= 'broken';
      });
      ends.push(() => request.destroy());
      return { identity: `${name}-viewer`, isOn: () => bytes > 20_000, endedWith: () => end };
    },
    kicked: /^HTTP 200$/,
    refused: /^HTTP 403$/,
  },
  'player by FLV over WebSocket': {
    come: async (room, name) => socket((await addressesOf(room, name)).play?.wsFlv ?? '', `${name}-viewer`),
    kicked: /^1008 KICKED$/,
    refused: /^1008 KICKED$/,
  },
  'page that plays MPEG-1': {
    come: async (room, name) => socket((await addressesOf(room, name)).play?.h5 ?? '', `${name}-viewer`),
    kicked: /^1008 KICKED$/,
    refused: /^1008 KICKED$/,
  },
};

/** Returns requests for the room at the gateway in Singapore, where none of these clients is. */
async function roomAt(room: string) {
  const authorization = `Bearer ${await cloud.token(room, 'backend')}`;
  const url = `http://127.0.2.8:${7890 + cloud.portOffset}/v1/room`;
  return {
    names: async (): Promise<string[]> => {
      const view = (await (await fetch(url, { headers: { authorization } })).json()) as RoomView;
      return view.participants.map(({ identity }) => identity).sort();
    },
    kick: async (identity: string): Promise<number> => {
      const headers = { authorization, 'content-type': 'application/json' };
      return (await fetch(`${url}/kick`, { method: 'POST', headers, body: JSON.stringify({ identity }) })).status;
    },
  };
}

interface Present {
  readonly kind: string;
  readonly name: string;
  readonly client: Client;
}
/** Opens a client of each kind, beside an encoder that is not tested, and waits until all have media. */
async function openAllClients(room: string): Promise<{ all: Present[]; at: Awaited<ReturnType<typeof roomAt>> }> {
  // The encoder uses the gateway that stays.
  const { publish } = await waysOf(cloud, 'singapore', { room, identity: 'host' });
  ffmpegs.start([
    '-nostdin',
    ...pictureInput,
    ...soundInput,
    ...h264(),
    '-c:a',
    'aac',
    '-f',
    'flv',
    publish?.rtmp.url ?? '',
  ]);
  const at = await roomAt(room);
  await until('the host is there', async () => (await at.names()).includes('host-encoder'));
  const all: Present[] = [];
  for (const [index, [kind, { come }]] of Object.entries(kinds).entries())
    all.push({ kind, name: `c${index}`, client: await come(room, `c${index}`) });
  for (const { kind, client } of all) await until(`${kind} is on`, () => client.isOn());
  await until('all are in the roster', async () => {
    const names = await at.names();
    const missing = all.filter(({ client }) => !names.includes(client.identity)).map(({ kind }) => kind);
    if (missing.length > 0) throw new Error(missing.join());
    return true;
  });
  return { all, at };
}
const untilEnded = (kind: string, client: Client): Promise<string> =>
  until(`${kind} is ended`, () => client.endedWith());

it('a removed client gets the reason by its protocol, and cannot return', async () => {
  const room = 'removed';
  const { all, at } = await openAllClients(room);
  for (const { kind, name, client } of all) {
    expect([kind, await at.kick(client.identity)]).toEqual([kind, 204]);
    expect([kind, await untilEnded(kind, client)]).toEqual([kind, expect.stringMatching(kinds[kind]?.kicked ?? /$^/)]);
    const secondTry = await kinds[kind]?.come(room, name).then(
      (back) => untilEnded(kind, back),
      (error: Error) => error.message,
    );
    expect([kind, secondTry]).toEqual([kind, expect.stringMatching(kinds[kind]?.refused ?? /$^/)]);
  }
  await until('the host alone is left', async () => (await at.names()).join() === 'host-encoder');
});

it('a drained gateway ends the viewers who can move elsewhere, and keeps the other clients', async () => {
  onTestFinished(() => cloud.drain('gw-fra', false));
  const { all } = await openAllClients('drained kinds');
  await cloud.drain('gw-fra', true);
  const told: Record<string, string> = {
    'player by HTTP-FLV': 'HTTP 200',
    'player by FLV over WebSocket': '1001 NODE_DRAINING',
    'page that plays MPEG-1': '1001 NODE_DRAINING',
  };
  for (const { kind, client } of all)
    if (told[kind] !== undefined) expect([kind, await untilEnded(kind, client)]).toEqual([kind, told[kind]]);
  for (const { kind, client } of all)
    if (told[kind] === undefined) expect([kind, await client.endedWith()]).toEqual([kind, undefined]);
  await cloud.drain('gw-fra', false);
  const server = async (): Promise<string> => (await addressesOf('lifted', 'somebody')).publish?.rtmp.url ?? '';
  await until('newcomers are at the gateway again', async () => (await server()).includes('//127.0.1.8'));
});

it('after a gateway is killed, connections end, the roster drops its clients after 10 s, and its capacity is free', async () => {
  const room = 'killed kinds';
  const { all, at } = await openAllClients(room);
  const used = async (): Promise<number | undefined> => {
    const { nodes } = await cloud.fleet();
    const load = nodes.find(({ nodeId, state }) => nodeId === 'gw-fra' && state === 'alive')?.load;
    return (load as { transcodeMillicoresUsed?: number } | undefined)?.transcodeMillicoresUsed;
  };
  await until('the centre knows of the transcoders', async () => ((await used()) ?? 0) > 0);
  const killedMs = performance.now();
  cloud.kill('gw-fra');
  await until('none of them is in the roster', async () => (await at.names()).join() === 'host-encoder', GONE_MS);
  console.log(`gone from the roster ${Math.round(performance.now() - killedMs)} ms after the gateway was killed`);
  for (const { kind, client } of all) {
    // clients without a connection to the gateway
    if (kind === 'native client' || kind === 'publisher by WHIP') continue;
    expect([kind, await untilEnded(kind, client)]).toEqual([kind, expect.any(String)]);
  }
  await until('its capacity is free', async () => (await used()) === 0);
  for (const { kind, client } of all.filter(({ kind }) => kind === 'native client' || kind === 'publisher by WHIP'))
    expect([kind, await untilEnded(kind, client)]).toEqual([kind, expect.stringMatching(/404|SESSION_UNKNOWN/)]);
});
