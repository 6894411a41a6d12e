import { MalformedStream } from '@meridian/room-media/core';
import { Allowance, allowances } from './allowance.ts';
import type { AmfValue } from './amf0.ts';
import { messageType, type RtmpMessage } from './chunks.ts';
import { commandMessage, isCommandMessage, type RtmpCommand, readable, readCommand, readStatus } from './commands.ts';
import { Drops, noMediaText } from './drops.ts';
import { chunkStream, RtmpLink, userControl } from './link.ts';
import { isMediaMessage, MediaReader, type RtmpMedia, type RtmpMetadata } from './media.ts';

export type RtmpClientEvent =
  /** The server has accepted: media goes to `streamId`, or comes from it. */
  | { readonly kind: 'ready'; readonly streamId: number }
  | RtmpMedia
  | RtmpMetadata
  /** Last event: the server refuses. `code` and `description` are the server's, or empty. */
  | { readonly kind: 'refused'; readonly code: string; readonly description: string }
  /** Last event: the server ended the stream, or, with `error`, broke the rules or was too slow. */
  | { readonly kind: 'ended'; readonly error?: MalformedStream };

/** Time from the first byte to `ready`. */
export const CLIENT_SETUP_MS = 10_000;
/** A server that sends no usable media to a player for this time is gone. */
export const CLIENT_IDLE_MS = 30_000;
/** Buffer length announced to a server; live streams have little to send ahead. */
const BUFFER_MS = 1000;

/** Transaction id of each call, which the answer repeats. */
const transaction = { connect: 1, releaseStream: 2, fcPublish: 3, createStream: 4, request: 5, end: 6 } as const;

/**
 * Client side of one RTMP connection, which publishes to a foreign server or plays from it. Takes bytes (`receive`);
 * returns events and bytes (`takeOutput`, to be called right after the constructor, because the client sends first).
 * A message that is not understood, or comes early, late or twice, is dropped and noted in `drops`.
 */
export class RtmpClientConnection {
  readonly #link: RtmpLink;
  readonly #role: 'publish' | 'play';
  readonly #app: string;
  readonly #tcUrl: string;
  readonly #name: string;
  /** A foreign server has the allowance of an encoder. */
  readonly #allowance: Allowance;
  readonly #drops: Drops;
  readonly #media: MediaReader;
  #state: 'shaking' | 'connecting' | 'creating' | 'asking' | 'ready' | 'ended' = 'shaking';
  #streamId = 0;
  readonly #setupByMs: number;
  #lastMediaMs: number;

  /** `tcUrl` is `rtmp://host/app`; `name` is the stream, with `?query` where the server needs one. */
  constructor(o: {
    role: 'publish' | 'play';
    app: string;
    tcUrl: string;
    streamName: string;
    random: Uint8Array;
    nowMs: number;
    drops?: Drops;
  }) {
    this.#drops = o.drops ?? new Drops();
    this.#allowance = new Allowance(allowances.proven, o.nowMs);
    const onMessage = (): void => this.#allowance.message();
    this.#link = new RtmpLink('client', o.random, onMessage);
    this.#media = new MediaReader(this.#drops, onMessage);
    this.#role = o.role;
    this.#app = o.app;
    this.#tcUrl = o.tcUrl;
    this.#name = o.streamName;
    this.#setupByMs = o.nowMs + CLIENT_SETUP_MS;
    this.#lastMediaMs = o.nowMs;
  }

  get isEnded(): boolean {
    return this.#state === 'ended';
  }

  /** Returns the events of these bytes. A broken rule makes `ended` the last event. */
  receive(bytes: Uint8Array, nowMs: number): RtmpClientEvent[] {
    const events: RtmpClientEvent[] = [];
    if (this.isEnded) return events;
    const wasReady = this.#state === 'ready';
    try {
      this.#allowance.bytes(bytes.length, nowMs);
      const messages = [...this.#link.receive(bytes)];
      if (this.#state === 'shaking' && this.#link.isHandshakeDone) this.#connect();
      for (const message of messages) {
        if (!this.isEnded) this.#handle(message, events);
      }
    } catch (error) {
      if (!(error instanceof MalformedStream)) throw error;
      this.#end(events, { kind: 'ended', error });
    }
    if (!wasReady) this.#lastMediaMs = nowMs;
    return events;
  }

  /** Notes that media of the server were usable: a player without them for `CLIENT_IDLE_MS` ends. */
  mediaTaken(nowMs: number): void {
    this.#lastMediaMs = nowMs;
  }

  /** Returns when to call `tick`, on the clock of `nowMs`; Infinity for never. */
  deadlineMs(): number {
    if (this.isEnded) return Number.POSITIVE_INFINITY;
    if (this.#state !== 'ready') return this.#setupByMs;
    // Servers send nothing to publishers for minutes.
    return this.#role === 'play' ? this.#lastMediaMs + CLIENT_IDLE_MS : Number.POSITIVE_INFINITY;
  }

  tick(nowMs: number): RtmpClientEvent[] {
    const events: RtmpClientEvent[] = [];
    if (nowMs >= this.deadlineMs()) {
      const message = this.#state === 'ready' ? noMediaText(CLIENT_IDLE_MS, this.#drops) : 'the server does not answer';
      this.#end(events, { kind: 'ended', error: new MalformedStream('TIMED_OUT', message) });
    }
    return events;
  }

  /** Returns the bytes to write, in order, each once. Media of `encodeMedia` is written after them. */
  takeOutput(): Uint8Array[] {
    return this.#link.takeOutput();
  }

  /** Ends the stream properly, once. No event follows. */
  close(): void {
    if (this.#state === 'asking' || this.#state === 'ready') {
      if (this.#role === 'publish') this.#call('FCUnpublish', transaction.end, [null, this.#name]);
      this.#call('deleteStream', 0, [null, this.#streamId]);
    }
    this.#state = 'ended';
  }

  #connect(): void {
    this.#state = 'connecting';
    const properties: [string, AmfValue][] = [
      ['app', this.#app],
      ['type', 'nonprivate'],
      ['flashVer', 'FMLE/3.0 (compatible; Meridian)'],
      ['tcUrl', this.#tcUrl],
    ];
    // Properties that servers expect of players: no proxy, and codecs as bits (all of Flash's).
    const player: [string, AmfValue][] = [
      ['fpad', false],
      ['capabilities', 15],
      ['audioCodecs', 4071],
      ['videoCodecs', 252],
      ['videoFunction', 1],
    ];
    this.#call('connect', transaction.connect, [new Map([...properties, ...(this.#role === 'play' ? player : [])])]);
  }

  #handle(message: RtmpMessage, events: RtmpClientEvent[]): void {
    if (isCommandMessage(message)) {
      const command = readable(() => readCommand(message));
      if (command === undefined) this.#drops.note('command');
      else this.#command(command, events);
    } else if (isMediaMessage(message)) {
      // Some servers send media before their answer to `play`, or on stream 0.
      const isOurs = message.streamId === this.#streamId || message.streamId === 0;
      const isReady = this.#state === 'asking' || this.#state === 'ready';
      if (!isOurs || !isReady || this.#role !== 'play') this.#drops.note('stream');
      else events.push(...this.#media.read({ ...message, streamId: this.#streamId }));
    } else if (message.typeId === messageType.userControl) this.#userControl(message.payload, events);
    else this.#drops.note('messageType');
  }

  #command(command: RtmpCommand, events: RtmpClientEvent[]): void {
    const { connect, createStream } = transaction;
    const isSetup = command.transactionId === connect || command.transactionId === createStream;
    if (command.name === '_error' && isSetup) {
      const { code, description } = readStatus(command.values[1]);
      this.#end(events, { kind: 'refused', code, description });
    } else if (command.name === '_result' && command.transactionId === connect) {
      this.#connected();
    } else if (command.name === '_result' && command.transactionId === createStream) {
      this.#created(command.values[1]);
    } else if (command.name === 'onStatus') {
      this.#status(readStatus(command.values[1]), events);
    }
  }

  #connected(): void {
    if (this.#state !== 'connecting') {
      this.#drops.note('commandOrder');
      return;
    }
    this.#state = 'creating';
    this.#link.announceWindow();
    this.#link.announceChunkSize();
    if (this.#role === 'publish') {
      this.#call('releaseStream', transaction.releaseStream, [null, this.#name]);
      this.#call('FCPublish', transaction.fcPublish, [null, this.#name]);
    }
    this.#call('createStream', transaction.createStream, [null]);
  }

  #created(id: AmfValue): void {
    if (this.#state !== 'creating') {
      this.#drops.note('commandOrder');
      return;
    }
    if (typeof id !== 'number' || !Number.isInteger(id) || id < 1 || id > 0xffffffff) {
      throw new MalformedStream('INVALID', 'the server gives no stream id');
    }
    this.#state = 'asking';
    this.#streamId = id;
    if (this.#role === 'publish') this.#call('publish', transaction.request, [null, this.#name, 'live'], id);
    else {
      // -2 asks for a live stream, or a recorded one if none is live.
      this.#call('play', transaction.request, [null, this.#name, -2], id);
      this.#link.sendUserControl(userControl.setBufferLength, id, BUFFER_MS);
    }
  }

  #status(status: { level: string; code: string; description: string }, events: RtmpClientEvent[]): void {
    const { level, code, description } = status;
    if (level === 'error') {
      const isRefused = this.#state !== 'ready';
      this.#end(events, isRefused ? { kind: 'refused', code, description } : { kind: 'ended' });
    } else if (this.#state === 'asking' && code === START_CODES[this.#role]) {
      this.#state = 'ready';
      events.push({ kind: 'ready', streamId: this.#streamId });
    } else if (END_CODES.has(code)) {
      this.#end(events, { kind: 'ended' });
    }
  }

  #userControl(payload: Uint8Array, events: RtmpClientEvent[]): void {
    const isEnd = payload[0] === 0 && payload[1] === userControl.streamEof;
    if (isEnd && this.#role === 'play' && this.#state === 'ready') this.#end(events, { kind: 'ended' });
  }

  #end(events: RtmpClientEvent[], event: RtmpClientEvent): void {
    this.#state = 'ended';
    events.push(event);
  }

  #call(name: string, transactionId: number, values: AmfValue[], streamId = 0): void {
    this.#link.send(commandMessage({ name, transactionId, streamId, values }), chunkStream.command);
  }
}

const START_CODES = { publish: 'NetStream.Publish.Start', play: 'NetStream.Play.Start' } as const;
const END_CODES = new Set([
  'NetStream.Play.Stop',
  'NetStream.Play.UnpublishNotify',
  'NetStream.Unpublish.Success',
  'NetConnection.Connect.Closed',
]);
