// A path between a browser and a media node over a socket of this process, which loses what it is asked to.
import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { once } from 'node:events';
import type { Rng } from '@meridian/runtime';
import { owned } from '../../../test/support/owned.ts';

const HERE = '127.0.0.1';

export class LossyPath {
  readonly #front: Socket;
  readonly #back: Socket;
  readonly #rng: Rng;
  readonly #disown = owned('a lossy path', () => this.close());
  #node: { readonly ip: string; readonly port: number } | undefined;
  #browser: RemoteInfo | undefined;
  #isClosed = false;
  /** Of what the browser sends, 0 to 1. */
  lossShare = 0;

  static async open(rng: Rng): Promise<LossyPath> {
    return new LossyPath(await bound(), await bound(), rng);
  }

  private constructor(front: Socket, back: Socket, rng: Rng) {
    this.#front = front;
    this.#back = back;
    this.#rng = rng;
    front.on('message', (datagram, from) => {
      this.#browser = from;
      const node = this.#node;
      if (node !== undefined && this.#rng.next() >= this.lossShare) back.send(datagram, node.port, node.ip);
    });
    back.on('message', (datagram) => {
      if (this.#browser !== undefined) front.send(datagram, this.#browser.port, this.#browser.address);
    });
  }

  /** The answer of a media node, as if it were here. Throws when it has no candidate of UDP. */
  through(sdp: string): string {
    const isCandidate = (line: string): boolean => line.startsWith('a=candidate:');
    const lines = sdp.split('\r\n');
    const udp = lines.filter(isCandidate).find((line) => / udp /i.test(line));
    const [foundation, component, protocol, priority, ip = '', port = '', ...rest] = (udp ?? '').split(' ');
    if (udp === undefined) throw new Error('the media node has no candidate of UDP');
    this.#node = { ip, port: Number(port) };
    const own = [foundation, component, protocol, priority, HERE, this.#front.address().port, ...rest].join(' ');
    return lines.flatMap((line) => (line === udp ? [own] : isCandidate(line) ? [] : [line])).join('\r\n');
  }

  /** Idempotent. */
  close(): void {
    this.#disown();
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#front.close();
    this.#back.close();
  }
}

async function bound(): Promise<Socket> {
  const socket = createSocket({ type: 'udp4', recvBufferSize: 1_048_576 });
  const isListening = once(socket, 'listening');
  socket.bind(0, HERE);
  await isListening;
  return socket;
}
