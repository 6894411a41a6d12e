// Decodes the Opus of many rooms in a few threads, so that decoding never delays the sockets.
import { Worker } from 'node:worker_threads';
import type { Clock, Logger, Timer } from '@meridian/runtime';
import { Changes } from '../../changes.ts';
import { failuresAfter, restartPauseMs } from '../../core/back-off.ts';
import { voiceSilentMs } from '../../core/mix.ts';
import { type Decoded, type DecodeRequest, decodersMax } from './messages.ts';

export interface OpusThreadsOptions {
  readonly clock: Clock;
  readonly log: Pick<Logger, 'warn'>;
  /** File of the worker thread; tests replace it. */
  readonly file?: URL;
}

/** Gets 48 kHz stereo, −1 to 1, in arrays of one length, whose memory is reused after the call. */
export type OnSound = (voice: string, ptsMs: number, left: Float32Array, right: Float32Array) => void;

/** Rooms share threads, because waking a thread costs as much as decoding a packet; 100 voices are half a core. */
const ROOMS_PER_THREAD = 16;
/** Bound of reused sample memory: two packets of 100 voices. */
const SPARE_MAX = 100 * 2 * 2 * 960;
/** Bound of one room's undecoded packets: more than a second of the largest mixed room. */
const waitingPacketsMax = 1024;
/** Bound of a wait for decoders, which need milliseconds; a thread starts within two seconds on a busy machine. */
const DECODED_MS_MAX = 5000;
/** Above the longest Opus packet of a call, 120 ms in six frames of 20 ms. */
const packetBytesMax = 6 * 1275 + 8;

/** Pool of decoder threads. Rooms share a thread up to its bound; a thread ends with its last room. */
export class OpusThreads {
  readonly #o: OpusThreadsOptions;
  readonly #threads = new Set<OpusThread>();
  #isClosed = false;

  constructor(o: OpusThreadsOptions) {
    this.#o = o;
  }

  get count(): number {
    return this.#threads.size;
  }

  /** Returns decoders for the voices of a room. Throws after `close`. */
  open(onSound: OnSound): OpusVoices {
    if (this.#isClosed) throw new Error('Opus threads are closed');
    const thread = [...this.#threads].find(({ rooms }) => rooms < ROOMS_PER_THREAD) ?? new OpusThread(this.#o);
    this.#threads.add(thread);
    return new OpusVoices({
      clock: this.#o.clock,
      thread,
      onSound,
      onEmpty: () => {
        this.#threads.delete(thread);
        return thread.close();
      },
    });
  }

  /** Sends all queued packets to the threads: one message per packet would cost more than decoding. */
  flush(): void {
    for (const thread of this.#threads) thread.flush();
  }

  /** Resolves when the threads have ended. Idempotent. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.all([...this.#threads].map((thread) => thread.close()));
    this.#threads.clear();
  }
}

interface OpusVoicesOptions {
  readonly clock: Clock;
  readonly thread: OpusThread;
  readonly onSound: OnSound;
  onEmpty(): Promise<void>;
}

interface Voice {
  /** Id of the voice's decoder; a voice that returns gets a new id. */
  readonly id: number;
  heardMs: number;
}

/** Decoders of one room's voices. The order within a voice is kept. */
export class OpusVoices {
  readonly #o: OpusVoicesOptions;
  /** Voices by name, in the order of their last packet. */
  readonly #voices = new Map<string, Voice>();
  readonly #changes: Changes;
  #waiting = 0;
  #droppedPackets = 0;
  #badPackets = 0;
  #closed: Promise<void> | undefined;

  constructor(o: OpusVoicesOptions) {
    this.#o = o;
    this.#changes = new Changes(o.clock);
    o.thread.add(this);
  }

  get droppedPackets(): number {
    return this.#droppedPackets;
  }
  get badPackets(): number {
    return this.#badPackets;
  }

  /**
   * Queues a packet, which is decoded after the next flush. A voice gets a decoder with its first packet; beyond 64
   * voices it takes the decoder of the longest silent voice. Returns false if all 64 were heard recently or the packet
   * was refused.
   */
  decode(name: string, ptsMs: number, packet: Uint8Array): boolean {
    const { thread, clock } = this.#o;
    const bytes = packet.byteLength;
    const isRefused = bytes === 0 || bytes > packetBytesMax || this.#waiting >= waitingPacketsMax;
    if (this.#closed !== undefined || isRefused || !thread.ensureRunning() || !this.#makePlace(name)) {
      this.#droppedPackets += 1;
      return false;
    }
    const voice = this.#voices.get(name) ?? { id: thread.newId(), heardMs: 0 };
    voice.heardMs = clock.nowMs();
    this.#voices.delete(name); // A voice that was just heard moves to the end.
    this.#voices.set(name, voice);
    this.#waiting += 1;
    // Packets are views of a socket's buffer, so the queue keeps a copy.
    thread.write({ room: this, name, id: voice.id, ptsMs, bytes: packet.slice() });
    return true;
  }

  /** Resolves when every flushed packet is decoded or lost, or after `DECODED_MS_MAX`. */
  async decoded(): Promise<void> {
    await this.#changes.until(() => this.#waiting === 0, DECODED_MS_MAX);
  }

  remove(name: string): void {
    const voice = this.#voices.get(name);
    if (voice === undefined) return;
    this.#voices.delete(name);
    this.#o.thread.remove(voice.id);
  }

  /** Frees all decoders. Resolves when the thread has ended, if this was its last room. Idempotent. */
  close(): Promise<void> {
    if (this.#closed !== undefined) return this.#closed;
    for (const name of [...this.#voices.keys()]) this.remove(name);
    const { thread, onEmpty } = this.#o;
    thread.leave(this);
    this.#closed = thread.rooms === 0 ? onEmpty() : Promise.resolve();
    return this.#closed;
  }

  /** Called by the thread with a decoded packet; empty sound means that the packet is not Opus. */
  onDecoded({ name, id, ptsMs }: Packet, left: Float32Array, right: Float32Array): void {
    this.#waiting -= 1;
    if (left.length === 0) this.#badPackets += 1;
    else if (this.#voices.get(name)?.id === id) this.#o.onSound(name, ptsMs, left, right);
    this.#changes.note();
  }

  /** Called by the thread when it has died with the decoders and packets. */
  onThreadLost(): void {
    this.#voices.clear();
    this.#waiting = 0;
    this.#changes.note();
  }

  #makePlace(name: string): boolean {
    if (this.#voices.has(name) || this.#voices.size < decodersMax) return true;
    const [[oldest, { heardMs }] = ['', { heardMs: 0 }]] = this.#voices;
    if (this.#o.clock.nowMs() - heardMs < voiceSilentMs) return false;
    this.remove(oldest);
    return true;
  }
}

interface Packet {
  readonly room: OpusVoices;
  readonly name: string;
  readonly id: number;
  readonly ptsMs: number;
  readonly bytes: Uint8Array;
}

/** Worker thread, started by its first packet. After a crash the thread is restarted and its packets are lost. */
class OpusThread {
  readonly #o: OpusThreadsOptions;
  readonly #rooms = new Set<OpusVoices>();
  #worker: Worker | undefined;
  #batch: Packet[] = [];
  #sent: Packet[][] = [];
  #spare: Decoded['sound'] | undefined;
  #lastId = 0;
  #failures = 0;
  #startedMs = 0;
  #pause: Timer | undefined;
  #isClosed = false;

  constructor(o: OpusThreadsOptions) {
    this.#o = o;
  }

  get rooms(): number {
    return this.#rooms.size;
  }

  add(room: OpusVoices): void {
    this.#rooms.add(room);
  }

  leave(room: OpusVoices): void {
    this.#rooms.delete(room);
  }

  newId(): number {
    this.#lastId += 1;
    return this.#lastId;
  }

  /** Returns whether the thread takes packets: false during the pause before a restart. */
  ensureRunning(): boolean {
    if (this.#pause === undefined && !this.#isClosed) this.#worker ??= this.#start();
    return this.#worker !== undefined;
  }

  write(packet: Packet): void {
    this.#batch.push(packet);
  }

  flush(): void {
    const batch = this.#batch;
    if (batch.length === 0) return;
    this.#batch = [];
    this.#sent.push(batch);
    const lengths = batch.map(({ bytes }) => bytes.byteLength);
    const bytes = new Uint8Array(lengths.reduce((sum, length) => sum + length, 0));
    let at = 0;
    for (const packet of batch) {
      bytes.set(packet.bytes, at);
      at += packet.bytes.byteLength;
    }
    const request: DecodeRequest = {
      kind: 'packets',
      voices: batch.map(({ id }) => id),
      lengths,
      bytes,
      spare: this.#spare,
    };
    this.#worker?.postMessage(request, [bytes.buffer, ...(this.#spare === undefined ? [] : [this.#spare.buffer])]);
    this.#spare = undefined;
  }

  remove(id: number): void {
    this.flush();
    this.#worker?.postMessage({ kind: 'remove', voice: id } satisfies DecodeRequest);
  }

  /** Resolves when the thread has ended. Idempotent. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#batch = [];
    this.#pause?.cancel();
    const worker = this.#worker;
    this.#worker = undefined;
    await worker?.terminate();
  }

  #start(): Worker {
    this.#startedMs = this.#o.clock.nowMs();
    // The decoder writes a line to stderr for each bad packet; `badPackets` counts them instead.
    const worker = new Worker(this.#o.file ?? new URL('./thread.ts', import.meta.url), { stderr: true, stdout: true });
    worker.stderr.resume();
    worker.stdout.resume();
    worker.on('message', (decoded: Decoded) => this.#onMessage(worker, decoded));
    let reason = '';
    worker.on('error', (error) => {
      reason = error instanceof Error ? error.message : String(error);
    });
    worker.on('exit', (code) => this.#ended(worker, reason || `the thread ended with code ${code}`));
    return worker;
  }

  #onMessage(worker: Worker, { samples, sound }: Decoded): void {
    if (this.#worker !== worker) return;
    let at = 0;
    for (const [index, packet] of (this.#sent.shift() ?? []).entries()) {
      const count = samples[index] ?? 0;
      packet.room.onDecoded(packet, sound.subarray(at, at + count), sound.subarray(at + count, at + 2 * count));
      at += 2 * count;
    }
    if (sound.length <= SPARE_MAX) this.#spare = sound;
  }

  #ended(worker: Worker, reason: string): void {
    if (this.#worker !== worker || this.#isClosed) return;
    this.#worker = undefined;
    this.#batch = [];
    this.#sent = [];
    for (const room of this.#rooms) room.onThreadLost();
    this.#failures = failuresAfter(this.#failures, this.#o.clock.nowMs() - this.#startedMs);
    const pauseMs = restartPauseMs(this.#failures);
    this.#o.log.warn({ reason, pauseMs, failures: this.#failures }, 'the Opus thread ended, it is started again');
    this.#pause = this.#o.clock.after(pauseMs, () => {
      this.#pause = undefined;
      this.#worker = this.#start();
    });
  }
}
