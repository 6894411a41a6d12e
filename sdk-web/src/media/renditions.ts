// Renditions of one published track: the same picture in another codec, for a participant that cannot decode the track.
// The service requests them. They are muted, moved and ended with their track, and our page does not show them.
import { asClientError, MeridianClientError, report } from '@meridian/client';
import type { Codec } from '../core/codec.ts';
import type { Sender } from './sender.ts';

export interface SentRendition {
  readonly sender: Sender;
  readonly accepted: Promise<void>;
}
export interface RenditionsPorts {
  /** Sends the track in this codec. Rejects with CODEC_UNSUPPORTED, and like a publish. */
  send(codec: Codec): Promise<SentRendition>;
  /** Takes a rendition out of the room. Resolves with false when the connection was lost meanwhile. */
  ended(trackId: string): Promise<boolean>;
  /** Refuses a rendition to the service. Does nothing for a lost connection, after which the service asks again. */
  refuse(mimeType: string, error: MeridianClientError): void;
}
interface Rendition {
  isWanted: boolean;
  sender: Sender | undefined;
  /** Id of a rendition whose end the service may not know; undefined: none. */
  staleId: string | undefined;
  pending: Promise<void>;
}

const codecs: ReadonlyMap<string, Codec> = new Map([['video/h264', 'h264']]);

/** Attempts for a service that does not answer. */
const attemptsMax = 3;

export class Renditions {
  readonly #ports: RenditionsPorts;
  readonly #byMimeType = new Map<string, Rendition>();
  #isOver = false;

  constructor(ports: RenditionsPorts) {
    this.#ports = ports;
  }

  get senders(): Sender[] {
    return [...this.#byMimeType.values()].flatMap(({ sender }) => sender ?? []);
  }

  /** Starts or ends the rendition in this codec. The service repeats the call after a lost connection. */
  async want(mimeType: string, isWanted: boolean): Promise<void> {
    const key = mimeType.toLowerCase();
    const codec = codecs.get(key);
    if (codec === undefined) {
      if (isWanted) this.#ports.refuse(mimeType, new MeridianClientError('CODEC_UNSUPPORTED'));
      return;
    }
    const unsent = { isWanted, sender: undefined, staleId: undefined, pending: Promise.resolve() };
    const rendition: Rendition = this.#byMimeType.get(key) ?? unsent;
    this.#byMimeType.set(key, rendition);
    rendition.isWanted = isWanted;
    const applied = rendition.pending.then(async () => {
      for (let attempt = 1; attempt <= attemptsMax; attempt += 1)
        if (!(await this.#applyWanted(rendition, { mimeType, codec }))) return;
    });
    rendition.pending = applied.catch(() => undefined); // `applied` reports a failure; the next turn starts either way
    await applied;
  }

  /** Ends a move. A rendition that the move has left behind is sent anew. */
  settle(made: boolean): void {
    for (const [mimeType, rendition] of this.#byMimeType) {
      if (rendition.sender === undefined || rendition.sender.settle(made)) continue;
      this.#stop(rendition);
      this.want(mimeType, rendition.isWanted).catch(report);
    }
  }

  gone(): void {
    this.#isOver = true;
    for (const sender of this.senders) sender.gone();
  }

  close(): void {
    this.#isOver = true;
    for (const sender of this.senders) sender.close();
  }

  /** Returns true if the service has not answered. It repeats its request only after a lost connection. */
  async #applyWanted(rendition: Rendition, { mimeType, codec }: { mimeType: string; codec: Codec }): Promise<boolean> {
    if (!rendition.isWanted) this.#stop(rendition);
    if (this.#isOver || (rendition.staleId !== undefined && !(await this.#ports.ended(rendition.staleId))))
      return false;
    rendition.staleId = undefined;
    if (!rendition.isWanted || rendition.sender !== undefined || this.#isOver) return false;
    try {
      const { sender, accepted } = await this.#ports.send(codec);
      if (this.#isOver) {
        sender.close();
        return false;
      }
      rendition.sender = sender;
      await accepted;
    } catch (cause) {
      const error = asClientError(cause, 'PUBLISH_FAILED');
      this.#stop(rendition);
      if (error.code === 'REQUEST_TIMEOUT') return true;
      if (!this.#isOver) this.#ports.refuse(mimeType, error);
    }
    return false;
  }

  #stop(rendition: Rendition): void {
    rendition.staleId ??= rendition.sender?.trackId;
    rendition.sender?.close();
    rendition.sender = undefined;
  }
}
