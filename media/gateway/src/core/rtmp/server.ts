import { MalformedStream } from '@meridian/room-media/core';
import { Allowance, allowances } from './allowance.ts';
import type { AmfValue } from './amf0.ts';
import { messageType, type RtmpMessage } from './chunks.ts';
import {
  isCommandMessage,
  MAX_NAME_LENGTH,
  type RtmpCommand,
  readable,
  readCommand,
  splitQuery,
  textOf,
} from './commands.ts';
import { Drops, noMediaText } from './drops.ts';
import { RtmpLink, userControl } from './link.ts';
import { isMediaMessage, MediaReader, type RtmpMedia, type RtmpMetadata } from './media.ts';
import { Replies } from './replies.ts';

/** Peer's request to publish or play. Answer once, at any time; an answer after the end of the stream does nothing. */
export interface RtmpRequest {
  readonly kind: 'publishRequested' | 'playRequested';
  readonly streamId: number;
  readonly app: string;
  readonly name: string;
  /** Query of the name, without the question mark; else that of the app. */
  readonly query: string;
  /** Returns whether the stream still exists. */
  accept(): boolean;
  /** Informs the peer and ends the connection. `code` is for example `NetStream.Publish.Denied`. */
  refuse(code: string, description: string): void;
}

export type RtmpServerEvent =
  | RtmpRequest
  | RtmpMedia
  | RtmpMetadata
  /** The peer's publication or play ended, or its request was withdrawn; the connection stays. */
  | { readonly kind: 'released'; readonly streamId: number }
  /** Last event: all streams are over. Write the output and close the socket. */
  | { readonly kind: 'ended'; readonly error: MalformedStream };

/** Streams of one connection; clients use one. */
export const MAX_STREAMS = 8;
export const PING_MS = 10_000;
/** A silent peer is gone, as viewers answer pings. So is a publisher without usable media for this time. */
export const IDLE_MS = 30_000;
/** Memory of a held piece beside its bytes, so that many small pieces count too. */
const PIECE_BYTES = 512;

interface Stream {
  readonly id: number;
  state: 'idle' | 'publishAsked' | 'publishing' | 'playAsked' | 'playing';
  /** Last request, by which a repeated one is known. */
  request: string;
  media: MediaReader;
}

/**
 * Server side of one RTMP connection. Takes bytes (`receive`); returns events and bytes (`takeOutput`); no method
 * throws for a peer's bytes. After each call the owner writes the output, and asks `deadlineMs` when to call `tick`.
 *
 * A message that is not understood, or comes early, late or twice, is dropped and noted in `drops`. Bytes after a
 * request are held unread until its answer, because nginx and SRS publish without waiting for it.
 */
export class RtmpServerConnection {
  readonly #drops: Drops;
  readonly #allowance: Allowance;
  readonly #link: RtmpLink;
  readonly #replies: Replies;
  readonly #streams = new Map<number, Stream>();
  #app: { name: string; query: string } | undefined;
  /** Stream whose request waits for its answer. */
  #asked: Stream | undefined;
  #held: Uint8Array[] = [];
  #heldBytes = 0;
  #isEnded = false;
  #lastReceivedMs: number;
  #hasPinged = false;
  /** Time of the last usable media; before the first, time of the last message before the publication. */
  #lastMediaMs = 0;

  constructor(o: { random: Uint8Array; nowMs: number; drops?: Drops }) {
    this.#drops = o.drops ?? new Drops();
    this.#allowance = new Allowance(allowances.unproven, o.nowMs);
    this.#link = new RtmpLink('server', o.random, () => this.#allowance.message());
    this.#replies = new Replies(this.#link);
    this.#lastReceivedMs = o.nowMs;
  }

  /** True after the event `ended`, a refusal or `close`. */
  get isEnded(): boolean {
    return this.#isEnded;
  }

  get reservedBytes(): number {
    return this.#link.reservedBytes;
  }

  /** Memory of what is held until an answer. It has no bound: above its own, the owner reads no more from the peer. */
  get heldBytes(): number {
    return this.#heldBytes;
  }

  /** Returns the events of these bytes. A broken rule makes `ended` the last event. */
  receive(bytes: Uint8Array, nowMs: number): RtmpServerEvent[] {
    if (this.#isEnded) return [];
    this.#lastReceivedMs = nowMs;
    this.#hasPinged = false;
    this.#hold(bytes);
    return this.resume(nowMs);
  }

  /** Returns the events of the held bytes. Call it after an answer, once the owner takes the stream's events. */
  resume(nowMs: number): RtmpServerEvent[] {
    const events: RtmpServerEvent[] = [];
    if (this.#asked !== undefined) return events;
    const pieces = this.#takeHeld();
    try {
      for (const bytes of pieces) this.#read(bytes, nowMs, events);
    } catch (error) {
      if (!(error instanceof MalformedStream)) throw error;
      this.#fail(error, events);
    }
    return events;
  }

  /** Returns when to call `tick`, on the clock of `nowMs`; Infinity after the end. */
  deadlineMs(): number {
    if (this.#isEnded) return Number.POSITIVE_INFINITY;
    const silenceMs = this.#lastReceivedMs + (this.#hasPinged || this.#app === undefined ? IDLE_MS : PING_MS);
    return Math.min(silenceMs, this.#mediaByMs);
  }

  /** Notes that media of the peer were usable: a publisher without them for `IDLE_MS` is ended. */
  mediaTaken(nowMs: number): void {
    this.#lastMediaMs = nowMs;
  }

  tick(nowMs: number): RtmpServerEvent[] {
    const events: RtmpServerEvent[] = [];
    if (this.#isEnded || nowMs < this.deadlineMs()) return events;
    if (nowMs >= this.#lastReceivedMs + IDLE_MS) {
      this.#fail(new MalformedStream('TIMED_OUT', `nothing came for ${IDLE_MS} ms`), events);
    } else if (nowMs >= this.#mediaByMs) {
      this.#fail(new MalformedStream('TIMED_OUT', noMediaText(IDLE_MS, this.#drops)), events);
    } else {
      this.#hasPinged = true;
      this.#link.sendUserControl(userControl.pingRequest, nowMs);
    }
    return events;
  }

  /** Returns the bytes to write, in order, each once. */
  takeOutput(): Uint8Array[] {
    return this.#link.takeOutput();
  }

  /** Informs a viewer that the stream is over; the connection stays. Ignores a stream that is not playing. */
  endPlay(streamId: number): void {
    const stream = this.#streams.get(streamId);
    if (stream?.state !== 'playing') return;
    stream.state = 'idle';
    this.#replies.playEnded(streamId);
  }

  /** Warns publishers, whose publications continue. Encoders may show `description`. */
  warn(description: string): void {
    const code = 'NetStream.Publish.Warning';
    for (const { id, state } of this.#streams.values())
      if (state === 'publishing') this.#replies.status(id, { level: 'warning', code, description });
  }

  /** Ends all streams and the connection, once. No event follows. Encoders show `description` to their user. */
  close(description: string): void {
    if (this.#isEnded) return;
    for (const { id, state } of this.#streams.values()) {
      // Encoders show errors and nothing else.
      const code = 'NetStream.Publish.Denied';
      if (state === 'publishing') this.#replies.status(id, { level: 'error', code, description });
      this.endPlay(id);
    }
    if (this.#app) this.#replies.status(0, { level: 'status', code: 'NetConnection.Connect.Closed', description });
    this.#end();
  }

  #end(): void {
    this.#isEnded = true;
    this.#takeHeld();
  }

  #hold(bytes: Uint8Array): void {
    this.#held.push(bytes);
    this.#heldBytes += bytes.length + PIECE_BYTES;
  }

  #takeHeld(): Uint8Array[] {
    const pieces = this.#held;
    this.#held = [];
    this.#heldBytes = 0;
    return pieces;
  }

  /** Reads messages up to a request, which leaves the others to `resume`. */
  #read(bytes: Uint8Array, nowMs: number, events: RtmpServerEvent[]): void {
    if (this.#isEnded) return;
    if (this.#asked !== undefined) {
      this.#hold(bytes);
      return;
    }
    this.#allowance.bytes(bytes.length, nowMs);
    for (const message of this.#link.receive(bytes)) {
      this.#handle(message, events);
      if (this.#asked !== undefined) this.#hold(NOTHING);
      if (this.#asked !== undefined || this.#isEnded) return;
    }
  }

  #handle(message: RtmpMessage, events: RtmpServerEvent[]): void {
    if (isCommandMessage(message)) this.#readCommand(message, events);
    else if (isMediaMessage(message)) {
      const stream = this.#publishing(message.streamId);
      if (stream === undefined) this.#drops.note('stream');
      else events.push(...stream.media.read({ ...message, streamId: stream.id }));
    } else if (message.typeId !== messageType.userControl) {
      const isShort = message.typeId === messageType.windowAckSize || message.typeId === messageType.abort;
      this.#drops.note(isShort ? 'control' : 'messageType');
    } else if (message.payload.length < USER_CONTROL_BYTES_MIN) this.#drops.note('control');
  }

  /** Media on stream 0 belong to the only publication, as with nginx and SRS, which do not look at stream ids. */
  #publishing(streamId: number): Stream | undefined {
    const publishing = [...this.#streams.values()].filter(({ state }) => state === 'publishing');
    return streamId === 0 && publishing.length === 1 ? publishing[0] : publishing.find(({ id }) => id === streamId);
  }

  #readCommand(message: RtmpMessage, events: RtmpServerEvent[]): void {
    const command = readable(() => readCommand(message));
    if (command === undefined) this.#drops.note('command');
    else this.#command(command, events);
  }

  /** Drops a command with an answer for peers that wait for one. */
  #drop(command: RtmpCommand, description: string): void {
    this.#drops.note('commandOrder');
    this.#replies.failed(command, description);
  }

  #command(command: RtmpCommand, events: RtmpServerEvent[]): void {
    switch (command.name) {
      case 'connect':
        this.#connect(command);
        break;
      case 'createStream':
        this.#createStream(command);
        break;
      case 'publish':
        this.#request('publish', command, events);
        break;
      case 'play':
        this.#request('play', command, events);
        break;
      case 'deleteStream':
        this.#release(Number(command.values[1]), events, { isDeleted: true });
        break;
      case 'closeStream':
        this.#release(command.streamId, events, { isDeleted: false });
        break;
      case 'FCPublish':
      case 'FCUnpublish':
        this.#replies.flashPublish(command);
        this.#replies.result(command, null, undefined);
        break;
      case 'getStreamLength':
        this.#replies.result(command, null, 0);
        break;
      case 'releaseStream':
      case '_checkbw':
        this.#replies.result(command, null, undefined);
        break;
      case 'pause':
        // A live stream continues; a paused player drops media.
        break;
      default:
        this.#replies.failed(command, 'unknown command');
        break;
    }
  }

  #connect(command: RtmpCommand): void {
    if (this.#app !== undefined) {
      // An answer could look like the failure of the first.
      this.#drops.note('commandOrder');
      return;
    }
    const [object] = command.values;
    const { path, query } = splitQuery(nameOf(textOf(object, 'app') ?? '', 'app'));
    this.#app = { name: path.replace(/\/+$/, ''), query };
    this.#replies.connected(command);
  }

  /** Uses the lowest free id: all viewers then have the same id, and get the same bytes. */
  #createStream(command: RtmpCommand): void {
    if (this.#streams.size === MAX_STREAMS) {
      this.#drop(command, 'too many streams in a connection');
      return;
    }
    let id = 1;
    while (this.#streams.has(id)) id += 1;
    this.#streams.set(id, { id, state: 'idle', request: '', media: this.#newMedia() });
    this.#replies.result(command, null, id);
  }

  /** Publishes live whatever type is asked for: a recording is no matter of the encoder. */
  #request(role: 'publish' | 'play', command: RtmpCommand, events: RtmpServerEvent[]): void {
    const stream = this.#requested(command.streamId);
    if (stream === undefined) {
      this.#drop(command, `${role} on a stream that was not created`);
      return;
    }
    const [, rawName] = command.values;
    const { path: name, query } = splitQuery(nameOf(rawName, 'stream'));
    if (name === '') throw new MalformedStream('INVALID', 'the name of the stream is empty');
    const wanted = `${role} ${rawName}`;
    if (stream.state !== 'idle') {
      // Media for another name must not reach the first one.
      if (stream.request !== wanted) throw outOfOrder(`${role} on a stream that is in use`);
      this.#drops.note('commandOrder');
      return;
    }
    const requestedState = role === 'publish' ? 'publishAsked' : 'playAsked';
    stream.state = requestedState;
    stream.request = wanted;
    stream.media = this.#newMedia();
    this.#asked = stream;
    // Each request makes a new reader, so an answer to an earlier request does not count.
    const { media } = stream;
    const isOpen = () => !this.#isEnded && stream.state === requestedState && stream.media === media;
    events.push({
      kind: role === 'publish' ? 'publishRequested' : 'playRequested',
      streamId: stream.id,
      app: this.#app?.name ?? '',
      name,
      query: query || (this.#app?.query ?? ''),
      accept: () => {
        if (!isOpen()) return false;
        this.#asked = undefined;
        this.#allowance.widen(allowances.proven);
        if (role === 'publish') this.#startPublish(stream, name);
        else this.#startPlay(stream, name);
        return true;
      },
      refuse: (code, description) => {
        if (!isOpen()) return;
        this.#replies.status(stream.id, { level: 'error', code, description });
        this.#end();
      },
    });
  }

  /** A request on stream 0 means the only stream that is idle. */
  #requested(streamId: number): Stream | undefined {
    const idle = [...this.#streams.values()].filter(({ state }) => state === 'idle');
    return streamId === 0 && idle.length === 1 ? idle[0] : this.#streams.get(streamId);
  }

  #newMedia(): MediaReader {
    return new MediaReader(this.#drops, () => this.#allowance.message());
  }

  #startPublish(stream: Stream, name: string): void {
    stream.state = 'publishing';
    this.#lastMediaMs = this.#lastReceivedMs;
    this.#replies.publishStarted(stream.id, name);
  }

  #startPlay(stream: Stream, name: string): void {
    stream.state = 'playing';
    this.#replies.playStarted(stream.id, name);
  }

  #release(id: number, events: RtmpServerEvent[], o: { isDeleted: boolean }): void {
    const stream = this.#streams.get(id);
    if (stream === undefined) return;
    if (o.isDeleted) this.#streams.delete(id);
    if (stream.state !== 'idle') events.push({ kind: 'released', streamId: id });
    stream.state = 'idle';
  }

  get #mediaByMs(): number {
    const isPublishing = [...this.#streams.values()].some(({ state }) => state === 'publishing');
    return isPublishing ? this.#lastMediaMs + IDLE_MS : Number.POSITIVE_INFINITY;
  }

  #fail(error: MalformedStream, events: RtmpServerEvent[]): void {
    this.#end();
    if (this.#app) {
      this.#replies.status(0, { level: 'error', code: 'NetConnection.Call.Failed', description: error.message });
    }
    events.push({ kind: 'ended', error });
  }
}

const NOTHING = new Uint8Array(0);
/** Type of the event. */
const USER_CONTROL_BYTES_MIN = 2;

const outOfOrder = (message: string): MalformedStream => new MalformedStream('OUT_OF_ORDER', message);

function nameOf(value: AmfValue, what: string): string {
  if (typeof value !== 'string') throw new MalformedStream('INVALID', `the name of the ${what} is missing`);
  if (value.length > MAX_NAME_LENGTH) throw new MalformedStream('TOO_LARGE', `the name of the ${what} is too long`);
  return value;
}
