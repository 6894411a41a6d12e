// Opus decoders of many voices in one thread, so that decoding never holds up the sockets.
import { Worker } from 'node:worker_threads';
import type { Clock, Logger, Timer } from '@meridian/runtime';
import { failuresAfter, restartPauseMs } from '../../core/back-off.ts';
import { voiceSilentMs } from '../../core/mix.ts';
import type { Decoded, DecodeRequest, OpusPacket } from './messages.ts';
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

/**
 * Packets in, sound out, in the order of each voice. The thread begins with the first packet; one that dies is started
 * again, and its packets are lost.
 */
export class OpusDecoders {
  readonly #o: OpusDecodersOptions;
  #worker: Worker | undefined;
  /** When each voice was heard last, the one that was silent longest first. */
  readonly #voices = new Map<string, number>();
  #batch: OpusPacket[] = [];
  #waiting = 0;
  #droppedPackets = 0;
  #badPackets = 0;
  #failures = 0;
  #startedMs = 0;
  #pause: Timer | undefined;
  #isClosed = false;

  constructor(o: OpusDecodersOptions) {
    this.#o = o;
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
   * The packet is decoded after the next `flush`. A voice gets a decoder with its first packet; beyond 64 that of the
   * voice that was silent longest. False: all 64 were heard just now, or the packet was refused.
   */
  decode(voice: string, ptsMs: number, packet: Uint8Array): boolean {
    const bytes = packet.byteLength;
    const isRefused = bytes === 0 || bytes > packetBytesMax || this.#waiting >= waitingMax;
    if (this.#pause === undefined && !this.#isClosed) this.#worker ??= this.#start();
    if (this.#worker === undefined || isRefused || !this.#hasPlace(voice)) {
      this.#droppedPackets += 1;
      return false;
    }
    this.#voices.delete(voice); // to the end
    this.#voices.set(voice, this.#o.clock.nowMs());
    this.#waiting += 1;
    // A copy: packets are views of a socket's buffer.
    this.#batch.push({ voice, ptsMs, packet: packet.slice() });
    return true;
  }

  /** Gives all that waits to the thread at once: waking it for each packet costs more than decoding. */
  flush(): void {
    if (this.#batch.length === 0) return;
    this.#worker?.postMessage({ kind: 'packets', packets: this.#batch } satisfies DecodeRequest);
    this.#batch = [];
  }

  /** Frees the decoder of a voice that has ended. */
  remove(voice: string): void {
    this.flush();
    if (this.#voices.delete(voice)) this.#worker?.postMessage({ kind: 'remove', voice } satisfies DecodeRequest);
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

  #hasPlace(voice: string): boolean {
    if (this.#voices.has(voice) || this.#voices.size < decodersMax) return true;
    const [[name, heardMs] = ['', 0]] = this.#voices;
    if (this.#o.clock.nowMs() - heardMs < voiceSilentMs) return false;
    this.remove(name);
    return true;
  }

  #start(): Worker {
    this.#startedMs = this.#o.clock.nowMs();
    // The decoder writes bad packets to stderr, one by one; we count them.
    const worker = new Worker(this.#o.file ?? new URL('./thread.ts', import.meta.url), { stderr: true, stdout: true });
    worker.stderr.resume();
    worker.stdout.resume();
    worker.on('message', (decoded: Decoded) => this.#heard(worker, decoded));
    let reason = '';
    worker.on('error', (error) => {
      reason = error instanceof Error ? error.message : String(error);
    });
    worker.on('exit', (code) => this.#ended(worker, reason || `it ended with code ${code}`));
    return worker;
  }

  #heard(worker: Worker, decoded: Decoded): void {
    if (this.#worker !== worker) return;
    this.#waiting -= decoded.length;
    for (const { voice, ptsMs, sound } of decoded)
      if (sound === undefined) this.#badPackets += 1;
      else if (this.#voices.has(voice)) this.#o.onSound(voice, ptsMs, sound.left, sound.right);
  }

  #ended(worker: Worker, reason: string): void {
    if (this.#worker !== worker || this.#isClosed) return;
    this.#worker = undefined;
    this.#voices.clear();
    this.#batch = [];
    this.#waiting = 0;
    this.#failures = failuresAfter(this.#failures, this.#o.clock.nowMs() - this.#startedMs);
    const pauseMs = restartPauseMs(this.#failures);
    this.#o.log.warn({ reason, pauseMs, failures: this.#failures }, 'the Opus thread ended, it is started again');
    this.#pause = this.#o.clock.after(pauseMs, () => {
      this.#pause = undefined;
      this.#worker = this.#start();
    });
  }
}
