import type { AmfValue } from '../../src/core/rtmp/amf0.ts';
import { encodeMessage, type RtmpMessage } from '../../src/core/rtmp/chunks.ts';
import { commandMessage, isCommandMessage, type RtmpCommand, readCommand } from '../../src/core/rtmp/commands.ts';
import { type DropKind, Drops } from '../../src/core/rtmp/drops.ts';
import { HANDSHAKE_RANDOM_BYTES } from '../../src/core/rtmp/handshake.ts';
import { RtmpLink } from '../../src/core/rtmp/link.ts';
import { RtmpServerConnection, type RtmpServerEvent } from '../../src/core/rtmp/server.ts';

export const handshakeRandom = new Uint8Array(HANDSHAKE_RANDOM_BYTES).fill(7);

/** RTMP connection in memory: a scripted peer and our server, whose owner uses all media. */
export class RtmpPeer {
  readonly server: RtmpServerConnection;
  readonly dropped: DropKind[] = [];
  readonly events: RtmpServerEvent[] = [];
  /** Messages of the server, without acknowledgements, sizes and pings. */
  readonly messages: RtmpMessage[] = [];
  readonly #link = new RtmpLink('client', handshakeRandom);

  private constructor(nowMs: number) {
    this.server = new RtmpServerConnection({
      random: handshakeRandom,
      nowMs,
      drops: new Drops((kind) => void this.dropped.push(kind)),
    });
  }

  static shaken(nowMs = 0): RtmpPeer {
    const peer = new RtmpPeer(nowMs);
    peer.#exchange(nowMs);
    return peer;
  }

  /** Returns a peer after `connect` to the app `live` and `streams` calls of `createStream`. */
  static connected(o: { streams?: number; app?: string; nowMs?: number } = {}): RtmpPeer {
    const peer = RtmpPeer.shaken(o.nowMs);
    peer.call('connect', { values: [new Map([['app', o.app ?? 'live']])], nowMs: o.nowMs });
    for (let stream = 0; stream < (o.streams ?? 1); stream++) peer.call('createStream', { nowMs: o.nowMs });
    return peer;
  }

  static publishing(): RtmpPeer {
    const peer = RtmpPeer.connected();
    peer.call('publish', { streamId: 1, values: [null, 'key', 'live'] });
    peer.accept();
    return peer;
  }

  get request() {
    const request = this.events.findLast(
      (event) => event.kind === 'publishRequested' || event.kind === 'playRequested',
    );
    if (request?.kind !== 'publishRequested' && request?.kind !== 'playRequested') throw new Error('nothing was asked');
    return request;
  }

  /** Accepts the last request as the owner does, which then takes what was held. */
  accept(nowMs = 0): void {
    this.request.accept();
    this.#heard(this.server.resume(nowMs), nowMs);
    this.#exchange(nowMs);
  }

  get heard(): string[] {
    return this.events.map((event) => event.kind);
  }

  get endedBy(): string | undefined {
    const end = this.events.at(-1);
    return end?.kind === 'ended' ? end.error.code : undefined;
  }

  get calls(): RtmpCommand[] {
    return this.messages.filter(isCommandMessage).map(readCommand);
  }

  get codes(): AmfValue[] {
    return this.calls.flatMap(({ values: [, status] }) => (status instanceof Map ? [status.get('code')] : []));
  }

  call(
    name: string,
    o: { transactionId?: number; streamId?: number; values?: AmfValue[]; nowMs?: number | undefined } = {},
  ): void {
    const { transactionId = 1, streamId = 0, values = [null] } = o;
    this.send([commandMessage({ name, transactionId, streamId, values })], o.nowMs);
  }

  send(messages: readonly RtmpMessage[], nowMs = 0): void {
    for (const message of messages) this.raw(encodeMessage(message, { chunkStreamId: 3, chunkBytes: 128 }), nowMs);
    this.#exchange(nowMs);
  }

  raw(bytes: Uint8Array, nowMs = 0): void {
    this.#heard(this.server.receive(bytes, nowMs), nowMs);
    this.#exchange(nowMs);
  }

  #heard(events: readonly RtmpServerEvent[], nowMs: number): void {
    this.events.push(...events);
    if (events.some(({ kind }) => kind === 'audio' || kind === 'video')) this.server.mediaTaken(nowMs);
  }

  #exchange(nowMs: number): void {
    for (;;) {
      const fromServer = this.server.takeOutput();
      const fromPeer = this.#link.takeOutput();
      if (fromServer.length === 0 && fromPeer.length === 0) return;
      for (const bytes of fromServer) this.messages.push(...this.#link.receive(bytes));
      for (const bytes of fromPeer) this.events.push(...this.server.receive(bytes, nowMs));
    }
  }
}
