// UDP port of all native clients. A datagram's SSRC identifies the client. Datagrams without a new, valid tag are
// dropped.
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { isIPv6 } from 'node:net';
import type { NetAddress } from '@meridian/room-media/core';
import { FailureLimit, readSrtp, type SrtpSigner, SrtpSource } from '@meridian/room-media/core';
import type { Clock, Logger, Rng } from '@meridian/runtime';

/** Socket buffers, which the system may cap; they are large, so that a flood does not displace clients' datagrams. */
const BUFFER_BYTES = 8 * 1024 * 1024;

/** Authentic datagram that is not a replay. */
export interface ReceivedDatagram {
  readonly datagram: Uint8Array;
  readonly kind: 'rtp' | 'rtcp';
  readonly ssrc: number;
  readonly index: number;
  readonly from: NetAddress;
}

export interface UdpClient {
  isAt(address: NetAddress): boolean;
  onDatagram(received: ReceivedDatagram): void;
  /** Called when `onDatagram` threw, which is a bug. */
  failed(error: unknown): void;
}

interface SsrcOwner {
  readonly client: UdpClient;
  readonly source: SrtpSource;
}

export interface UdpListenerOptions {
  readonly clock: Clock;
  readonly rng: Rng;
  readonly log: Logger;
  dropped(): void;
}

export class UdpListener {
  readonly port: number;
  readonly #socket: Socket;
  readonly #clock: Clock;
  readonly #rng: Rng;
  readonly #owners = new Map<number, SsrcOwner>();
  readonly #failures = new FailureLimit();
  #isClosed = false;

  /** Rejects when the address is not available. */
  static async listen(
    { ip, port }: { readonly ip: string; readonly port: number },
    o: UdpListenerOptions,
  ): Promise<UdpListener> {
    const type = isIPv6(ip) ? 'udp6' : 'udp4';
    const socket = createSocket({ type, recvBufferSize: BUFFER_BYTES, sendBufferSize: BUFFER_BYTES });
    socket.bind(port, ip);
    await once(socket, 'listening');
    return new UdpListener(socket, o);
  }

  private constructor(socket: Socket, { clock, rng, log, dropped }: UdpListenerOptions) {
    this.#socket = socket;
    this.#clock = clock;
    this.#rng = rng;
    this.port = socket.address().port;
    socket.on('message', (datagram, { address, port }) => {
      const received = this.#authenticate(datagram, { ip: address, port });
      if (received === undefined) {
        dropped();
        return;
      }
      try {
        received.client.onDatagram(received);
      } catch (error) {
        received.client.failed(error);
      }
    });
    socket.on('error', (error) => log.error({ err: error }, 'the UDP port failed'));
  }

  get size(): number {
    return this.#owners.size;
  }

  /** Returns a new SSRC of the client. `signer` verifies its datagrams. */
  allocateSsrc(client: UdpClient, signer: SrtpSigner): number {
    for (;;) {
      const ssrc = new DataView(Uint8Array.from(this.#rng.bytes(4)).buffer).getUint32(0);
      if (ssrc === 0 || this.#owners.has(ssrc)) continue;
      this.#owners.set(ssrc, { client, source: new SrtpSource(signer) });
      return ssrc;
    }
  }

  releaseSsrc(ssrc: number): void {
    this.#owners.delete(ssrc);
  }

  send(datagram: Uint8Array, { ip, port }: NetAddress): void {
    // A failed send is left to the client, which sends again or falls silent.
    if (!this.#isClosed) this.#socket.send(datagram, port, ip, () => undefined);
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#socket.close();
  }

  #authenticate(
    datagram: Uint8Array,
    from: NetAddress,
  ): (ReceivedDatagram & { readonly client: UdpClient }) | undefined {
    const read = readSrtp(datagram);
    const owned = read === undefined ? undefined : this.#owners.get(read.ssrc);
    if (read === undefined || owned === undefined) return undefined;
    const { client, source } = owned;
    if (!client.isAt(from) && !this.#failures.allows(from.ip, this.#clock.nowMs())) return undefined;
    const checked = source.check(datagram, read.kind);
    if (checked.verdict === 'forged') this.#failures.note(from.ip);
    return checked.verdict === 'fresh' ? { ...read, client, datagram, index: checked.index, from } : undefined;
  }
}
