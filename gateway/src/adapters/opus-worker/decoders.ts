// Opus decoders of many voices in one thread, so that decoding never holds up the sockets.
import { Worker } from 'node:worker_threads';
import type { Clock, Logger, Timer } from '@meridian/runtime';
import { failuresAfter, restartPauseMs } from '../../core/back-off.ts';
import { voiceSilentMs } from '../../core/mix.ts';
import type { DecodedPacket, DecodeRequest } from './messages.ts';
import { decodersMax } from './messages.ts';

export interface OpusDecodersOptions {
  readonly clock: Clock;
  readonly log: Pick<Logger, 'warn'>;
  /** 48 kHz stereo, −1 to 1; both of one length. */
  onSound(voice: string, ptsMs: number, left: Float32Array, right: Float32Array): void;
  /** The thread's file; another one in tests. */
  readonly file?: URL;
}

/** Packets on their way through the thread: more than a second of the busiest room that is mixed. */
const waitingMax = 1024;
/** Above the longest Opus packet of a call, 120 ms in six frames of 20 ms. */
const packetBytesMax = 6 * 1275 + 8;

/** Packets in, sound out, in the order of each voice. A thread that dies is started again; its packets are lost. */
export class OpusDecoders {
  readonly #o: OpusDecodersOptions;
  #worker: Worker | undefined;
  /** When each was heard last, who was silent longest first. */
  readonly #voices = new Map<string, number>();
  #waiting = 0;
  #droppedPackets = 0;
  #badPackets = 0;
  #failures = 0;
  #startedMs = 0;
  #pause: Timer | undefined;
  #isClosed = false;

  constructor(o: OpusDecodersOptions) {
    this.#o = o;
    this.#start();
  }

  /** Packets refused by a bound, or while the thread was away. */
  get droppedPackets(): number {
    return this.#droppedPackets;
  }
  /** Packets that are no Opus. */
  get badPackets(): number {
    return this.#badPackets;
  }

  /**
   * A voice gets a decoder with its first packet; beyond 64 that of the voice that was silent longest. False: all 64
   * were heard just now, or the packet was refused.
   */
  decode(voice: string, ptsMs: number, packet: Uint8Array): boolean {
    const bytes = packet.byteLength;
    const isRefused = bytes === 0 || bytes > packetBytesMax || this.#waiting >= waitingMax;
    if (this.#worker === undefined || isRefused || !this.#hasPlace(voice)) {
      this.#droppedPackets += 1;
      return false;
    }
    this.#voices.delete(voice); // to the end
    this.#voices.set(voice, this.#o.clock.nowMs());
    this.#waiting += 1;
    // A copy: packets are views of a socket's buffer.
    this.#worker.postMessage({ kind: 'packet', voice, ptsMs, packet: packet.slice() } satisfies DecodeRequest);
    return true;
  }

  /** Frees the decoder of a voice that has ended. */
  remove(voice: string): void {
    if (this.#voices.delete(voice)) this.#worker?.postMessage({ kind: 'remove', voice } satisfies DecodeRequest);
  }

  /** Resolves when the thread has ended. Idempotent. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#pause?.cancel();
    const worker = this.#worker;
    this.#worker = undefined;
    await worker?.terminate();
  }

  #hasPlace(voice: string): boolean {
    if (this.#voices.has(voice) || this.#voices.size < decodersMax) return true;
    const [[name, heardMs] = ['', 0]] = this.#voices;
    if (this.#o.clock.nowMs() - heardMs < voiceSilentMs) return false;
    this.remove(name);
    return true;
  }

  #start(): void {
    this.#startedMs = this.#o.clock.nowMs();
    // The decoder writes bad packets to stderr, one by one; we count them.
    const worker = new Worker(this.#o.file ?? new URL('./thread.ts', import.meta.url), { stderr: true, stdout: true });
    this.#worker = worker;
    worker.stderr.resume();
    worker.stdout.resume();
    worker.on('message', (message: DecodedPacket) => this.#heard(worker, message));
    let reason = '';
    worker.on('error', (error) => {
      reason = error instanceof Error ? error.message : String(error);
    });
    worker.on('exit', (code) => this.#ended(worker, reason || `it ended with code ${code}`));
  }

  #heard(worker: Worker, { voice, ptsMs, sound }: DecodedPacket): void {
    if (this.#worker !== worker) return;
    this.#waiting -= 1;
    if (sound === undefined) this.#badPackets += 1;
    else if (this.#voices.has(voice)) this.#o.onSound(voice, ptsMs, sound.left, sound.right);
  }

  #ended(worker: Worker, reason: string): void {
    if (this.#worker !== worker || this.#isClosed) return;
    this.#worker = undefined;
    this.#voices.clear();
    this.#waiting = 0;
    this.#failures = failuresAfter(this.#failures, this.#o.clock.nowMs() - this.#startedMs);
    const pauseMs = restartPauseMs(this.#failures);
    this.#o.log.warn({ reason, pauseMs, failures: this.#failures }, 'the Opus thread ended, it is started again');
    this.#pause = this.#o.clock.after(pauseMs, () => this.#start());
  }
}
