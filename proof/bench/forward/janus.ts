// Janus, as Debian packages it, with its plugin videoroom: a room per room, a transport per publisher and subscriber.
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { until } from '../../test/support/poll.ts';
import { clientIce, type LightClients, type Trace } from '../capacity/clients.ts';
import { JanusApi } from './janus-api.ts';
import { bestSettings, describeSettings, type JanusSettings, janusFiles, shippedSettings } from './janus-config.ts';
import {
  type ClientSide,
  LEVEL_EXTENSION_ID,
  publisherOffer,
  readServer,
  type ServerDescription,
  subscriberAnswer,
} from './janus-sdp.ts';
import type { ForwardServer, ServerPlace, StartServer } from './server.ts';
import { sendMedia } from './trace.ts';

const startLimitMs = 20_000;
const endLimitMs = 10_000;
const outputCharactersMax = 4000;
const publishersMax = 100;
const firstSsrc = 1000;
const payloadTypes = { video: 96, audio: 111 } as const;

export const startJanusShipped: StartServer = (place) => JanusServer.start(place, 'as shipped', shippedSettings);
export const startJanusBest: StartServer = (place) => JanusServer.start(place, 'at its best', bestSettings);

class JanusServer implements ForwardServer {
  readonly #name: string;
  readonly #place: ServerPlace;
  readonly #settings: JanusSettings;
  readonly #dir: string;
  readonly #child: ChildProcess;
  readonly #rooms = new Map<string, Promise<number>>();
  #publishers = 0;
  #suite = 'no client yet';
  #api: JanusApi | undefined;
  #control = 0;
  #output = '';
  #closing: Promise<void> | undefined;

  /** Rejects with the output of Janus when it does not start, and when the Debian package is missing. */
  static async start(place: ServerPlace, name: string, settings: JanusSettings): Promise<JanusServer> {
    const { version, libraries } = await installation();
    const dir = mkdtempSync(join(tmpdir(), 'meridian-janus-'));
    const socket = join(dir, 'api');
    for (const folder of ['plugins', 'transports', 'events', 'loggers']) mkdirSync(join(dir, folder));
    for (const library of ['plugins/libjanus_videoroom.so', 'transports/libjanus_websockets.so'])
      symlinkSync(join(libraries, library), join(dir, library));
    for (const [file, text] of Object.entries(janusFiles({ dir, socket, address: place.address }, settings)))
      writeFileSync(join(dir, file), text);
    const server = new JanusServer({ place, settings, dir, name: `Janus ${version} ${name}` });
    try {
      await until('Janus starts', () => server.#hasEnded || existsSync(socket), startLimitMs);
      if (server.#hasEnded) throw new Error('its process ended');
      server.#api = await JanusApi.open(socket);
      server.#control = await server.#api.attach();
      return server;
    } catch (error) {
      await server.close();
      throw new Error(`Janus did not start:\n${server.#output}`, { cause: error });
    }
  }

  private constructor(o: { place: ServerPlace; settings: JanusSettings; dir: string; name: string }) {
    this.#name = o.name;
    this.#place = o.place;
    this.#settings = o.settings;
    this.#dir = o.dir;
    const { namespace, cpu } = o.place;
    const prefix = ['netns', 'exec', namespace, 'taskset', '-c', String(cpu), 'setpriv', '--pdeathsig', 'KILL'];
    const child = spawn('ip', [...prefix, 'janus', '--configs-folder', o.dir], { stdio: ['ignore', 'pipe', 'pipe'] });
    this.#child = child;
    const note = (text: string): string => (this.#output = `${this.#output}${text}`.slice(-outputCharactersMax));
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => note(String(chunk)));
    child.on('error', (error) => note(error.message));
  }

  get title(): string {
    return `${this.#name}: videoroom, ${describeSettings(this.#settings)}, ${this.#suite}`;
  }

  pids(): readonly number[] {
    if (this.#child.pid === undefined || this.#hasEnded) throw new Error(`Janus has ended:\n${this.#output}`);
    return [this.#child.pid];
  }

  async publish(clients: LightClients, o: { room: string; video: boolean; trace: Trace }): Promise<string> {
    const api = this.#started;
    const room = await this.#roomOf(o.room);
    const index = this.#publishers;
    this.#publishers += 1;
    const video = { kind: 'video', ssrc: firstSsrc + 2 * index, payloadType: payloadTypes.video } as const;
    const audio = { kind: 'audio', ssrc: firstSsrc + 2 * index + 1, payloadType: payloadTypes.audio } as const;
    const handle = await api.attach();
    const { data } = await api.ask(handle, { request: 'join', ptype: 'publisher', room });
    const offer = publisherOffer(this.#sideOf(clients), o.video ? [video, audio] : [audio]);
    const { jsep } = await api.ask(handle, { request: 'publish' }, { type: 'offer', sdp: offer });
    const transport = await this.#connect(clients, readServer(jsep?.sdp ?? ''), { sends: true });
    await api.up(handle);
    const sound = { ...audio, levelExtensionId: LEVEL_EXTENSION_ID };
    sendMedia(clients, transport, { index, trace: o.trace, video: o.video ? video : undefined, audio: sound });
    return String(data['id']);
  }

  async subscribe(clients: LightClients, o: { room: string; publishers: readonly string[] }): Promise<void> {
    const api = this.#started;
    const room = await this.#roomOf(o.room);
    const handle = await api.attach();
    const feeds = o.publishers.map((id) => ({ feed: Number(id) }));
    const { jsep } = await api.ask(handle, { request: 'join', ptype: 'subscriber', room, streams: feeds });
    const server = readServer(jsep?.sdp ?? '');
    const answer = subscriberAnswer(this.#sideOf(clients), server);
    await api.ask(handle, { request: 'start' }, { type: 'answer', sdp: answer });
    const transport = await this.#connect(clients, server, { sends: false });
    for (const { ssrc, kind } of server.streams) clients.expect(transport, { ssrc, kind });
  }

  /** Connects a client. A full ICE agent that offers is controlling, and a lite one never is. */
  async #connect(clients: LightClients, server: ServerDescription, o: { sends: boolean }): Promise<number> {
    const { address, port, usernameFragment, password } = server.transport;
    const info = {
      iceParameters: { usernameFragment, password },
      iceCandidates: [{ address, port, protocol: 'udp' }],
    };
    const role = o.sends || this.#settings.iceLite ? 'controlling' : 'controlled';
    const transport = clients.connect(info, {
      sends: o.sends,
      transportCcId: o.sends ? 0 : server.transportCcId,
      role,
    });
    await clients.up(transport);
    this.#suite = clients.endOf(transport).suite;
    return transport;
  }

  #sideOf(clients: LightClients): ClientSide {
    return { ...clientIce, address: this.#place.far.address, fingerprint: clients.fingerprint };
  }

  close(): Promise<void> {
    this.#closing ??= this.#end();
    return this.#closing;
  }

  get #started(): JanusApi {
    if (this.#api === undefined) throw new Error('Janus has not started.');
    return this.#api;
  }

  #roomOf(name: string): Promise<number> {
    const known = this.#rooms.get(name);
    if (known !== undefined) return known;
    const room = this.#rooms.size + 1;
    const request = { request: 'create', room, publishers: publishersMax, ...this.#settings.room };
    const created = this.#started.ask(this.#control, request).then(() => room);
    this.#rooms.set(name, created);
    return created;
  }

  get #hasEnded(): boolean {
    return this.#child.pid === undefined || this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  async #end(): Promise<void> {
    this.#api?.close();
    if (!this.#hasEnded) {
      const ended = once(this.#child, 'exit');
      this.#child.kill('SIGTERM');
      const killer = setTimeout(() => this.#child.kill('SIGKILL'), endLimitMs);
      await ended;
      clearTimeout(killer);
    }
    rmSync(this.#dir, { recursive: true, force: true });
  }
}

/** Finds the version of Janus and the folder of its libraries. Throws a sentence when it is not installed. */
async function installation(): Promise<{ version: string; libraries: string }> {
  try {
    const { stdout } = await promisify(execFile)('janus', ['--help']);
    const version = /^Janus version: \d+ \((\S+)\)/m.exec(stdout)?.[1] ?? 'of an unknown version';
    const { stdout: files } = await promisify(execFile)('dpkg', ['-L', 'janus']);
    const plugin = files.split('\n').find((file) => file.endsWith('/plugins/libjanus_videoroom.so')) ?? '';
    return { version, libraries: join(plugin, '../..') };
  } catch (error) {
    throw new Error('Janus is not installed (needed: apt-get install janus).', { cause: error });
  }
}
