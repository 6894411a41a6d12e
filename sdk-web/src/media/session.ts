// The media of one joined session: two transports, made from Joined without asking anything. Closed and made anew at a
// rejoin.

import { type Body, MeridianClientError, type ServerFrame } from '@meridian/client';
import type { wire } from '@meridian/protocol';
import type { types } from 'mediasoup-client';
import type { SentReading } from '../core/answers.ts';
import { type MediaPath, pathOf, type ReceivedBytes, receivedBytesOf, sentPacketsOf } from '../core/flow.ts';
import type { StatsEntry, StatsReading } from '../core/stats.ts';
import { IceKeeper } from './ice-keeper.ts';
import { pathBegunOf } from './path-begun.ts';
import type { Preparation, TransportCertificate } from './preparation.ts';
import { entriesOfReport } from './report.ts';
import { iceServersOf, type TransportRow, transportRow } from './transport-row.ts';

/** What a producer's `produce` event hands back: the id is ours, nothing is awaited. */
export interface ProduceAppData extends Record<string, unknown> {
  readonly trackId: string;
  readonly announce: (rtpParameters: types.RtpParameters) => void;
}

/** How often a transport that comes up is looked at: about one frame. */
const lookMs = 20;

export class MediaSession {
  readonly send: types.Transport;
  readonly recv: types.Transport;
  readonly preparation: Preparation;
  /** The browser has answered the first offer and looks for a path to what we receive, or has had its time. */
  readonly pathBegun: Promise<void>;
  readonly #keepers: IceKeeper[];
  #closed = false;

  constructor(o: {
    preparation: Preparation;
    transports: Pick<wire.Joined.$Properties, 'sendTransport' | 'recvTransport' | 'iceServers'>;
    request: (body: Body) => Promise<ServerFrame>;
    /** ICE is up for the first time. */
    connected: () => void;
    failed: (error: MeridianClientError) => void;
  }) {
    this.preparation = o.preparation;
    const { device, send, recv } = o.preparation;
    const iceServers = iceServersOf(o.transports.iceServers);
    const [sendRow, recvRow] = [transportRow(o.transports.sendTransport), transportRow(o.transports.recvTransport)];
    this.send = device.createSendTransport(optionsOf(sendRow, send, iceServers));
    this.recv = device.createRecvTransport(optionsOf(recvRow, recv, iceServers));
    this.pathBegun = pathBegunOf(this.recv);
    for (const transport of [this.send, this.recv]) {
      // The media node knows our fingerprint from Join: there is nothing to tell it, and nothing to wait for.
      transport.on('connect', (_parameters, done) => done());
      transport.on('connectionstatechange', (state) => {
        if (state === 'connected') o.connected();
      });
    }
    this.send.on('produce', ({ rtpParameters, appData }, done) => {
      const { trackId, announce } = appData as ProduceAppData;
      done({ id: trackId });
      announce(rtpParameters);
    });
    const failed = (error: MeridianClientError): void => {
      if (!this.#closed) o.failed(error);
    };
    this.#keepers = [this.send, this.recv].map((transport) => new IceKeeper({ transport, request: o.request, failed }));
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** Tells the ICE keepers that the service can be asked again. */
  signalingBack(): void {
    for (const keeper of this.#keepers) keeper.signalingBack();
  }

  /** Nothing comes any more though something should, in answer to what we send or at all: the path may be gone. */
  silent(what: 'send' | 'both'): void {
    const [send, recv] = this.#keepers;
    send?.silent();
    if (what === 'both') recv?.silent();
  }

  /** True when this transport id is one of ours. */
  has(transportId: string): boolean {
    return this.send.id === transportId || this.recv.id === transportId;
  }

  async readStats(): Promise<StatsReading> {
    const [send, recv] = await Promise.all([entriesOf(this.send), entriesOf(this.recv)]);
    return { takenMs: performance.now(), send, recv };
  }

  /** Whether media can flow, as the media node counts it: a transport is connected. */
  get hasMedia(): boolean {
    return [this.send, this.recv].some(({ connectionState }) => connectionState === 'connected');
  }

  /** How the browser sees the path to the media node: the worse of both transports. */
  get path(): MediaPath {
    return pathOf([this.send.connectionState, this.recv.connectionState]);
  }

  /** Of the receiving transport. */
  async readReceived(): Promise<ReceivedBytes> {
    return receivedBytesOf(await entriesOf(this.recv));
  }

  /** Of the sending transport. */
  async readSent(): Promise<Omit<SentReading, 'takenMs'>> {
    const entries = await entriesOf(this.send);
    return { packets: sentPacketsOf(entries), received: receivedBytesOf(entries) };
  }

  /** Resolves when these transports are up; rejects with MEDIA_FAILED when one gives up or the time is over. */
  async whenConnected(transports: readonly types.Transport[], deadlineMs: number): Promise<void> {
    const untilMs = performance.now() + deadlineMs;
    for (const transport of transports) {
      while (transport.connectionState !== 'connected') {
        const isLost = this.#closed || transport.connectionState === 'failed' || transport.connectionState === 'closed';
        if (isLost || performance.now() > untilMs)
          throw new MeridianClientError('MEDIA_FAILED', `the path to the media node is ${transport.connectionState}`);
        await new Promise((resolve) => setTimeout(resolve, lookMs));
      }
    }
  }

  /** Another session has its place. Until `close` it still plays what comes, and its end is no failure. Idempotent. */
  leave(): void {
    for (const keeper of this.#keepers) keeper.close();
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.leave();
    this.send.close();
    this.recv.close();
  }
}

function optionsOf(
  row: TransportRow,
  own: TransportCertificate,
  iceServers: RTCIceServer[] | undefined,
): types.TransportOptions {
  const additionalSettings = { certificates: [own.certificate] };
  return Object.assign({ additionalSettings }, row, iceServers && { iceServers });
}

async function entriesOf(transport: types.Transport): Promise<StatsEntry[]> {
  return transport.closed ? [] : entriesOfReport(await transport.getStats());
}
