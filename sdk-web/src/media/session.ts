// Media of one joined session: two transports, made from Joined. A rejoin makes a new one.

import { type Body, MeridianClientError, type ServerFrame, type SubscriptionRow } from '@meridian/client';
import type { wire } from '@meridian/protocol';
import type { types } from 'mediasoup-client';
import { type MediaPath, pathOf, type ReceivedBytes, receivedBytesOf, sentPacketsOf } from '../core/flow.ts';
import type { SentReading } from '../core/media-answers.ts';
import type { StatsEntry, StatsReading } from '../core/stats.ts';
import { waitForClientHello } from './dtls-role.ts';
import { IceKeeper } from './ice-keeper.ts';
import { iceStartOf } from './ice-start.ts';
import type { Preparation, TransportCertificate } from './preparation.ts';
import { entriesOfReport } from './report.ts';
import { iceServersOf, type TransportRow, transportRow } from './transport-row.ts';

/** Data of a producer's `produce` event. The id is ours, so `announce` need not wait for an answer. */
export interface ProduceAppData extends Record<string, unknown> {
  readonly trackId: string;
  readonly announce: (rtpParameters: types.RtpParameters) => void;
}

/** Time after which prepared consumers that the session lacks end: negotiating it would delay the first pictures. */
const unclaimedMs = 3000;
/** Polling period of a connecting transport: about one frame. */
const pollMs = 20;

export interface SessionTransports {
  readonly send: types.Transport;
  readonly recv: types.Transport;
  /** Resolves when the browser has answered the first offer and looks for a path, or after a time limit. */
  readonly iceStarted: Promise<void>;
}
/** Consumer that was negotiated before the session; `streamId` belongs to its publisher. */
export interface PreparedConsumer {
  readonly streamId: string;
  /** Never rejects; undefined: it could not be set up. */
  readonly consumer: Promise<types.Consumer | undefined>;
}
/** Transports that were connected before the session; `prepared` by consumer id. */
export interface WarmTransports extends SessionTransports {
  readonly prepared: Map<string, PreparedConsumer>;
}
type TransportsFrame = Pick<wire.Joined.$Properties, 'sendTransport' | 'recvTransport' | 'iceServers'>;

/** Makes transports from the service's description; they connect with their first medium. */
export function makeTransports(
  { device, send: sendCertificate, recv: recvCertificate }: Preparation,
  { sendTransport, recvTransport, iceServers }: TransportsFrame,
): SessionTransports {
  const servers = iceServersOf(iceServers);
  const [sendRow, recvRow] = [transportRow(sendTransport), transportRow(recvTransport)];
  const send = device.createSendTransport(optionsOf(sendRow, sendCertificate, servers));
  const recv = device.createRecvTransport(optionsOf(recvRow, recvCertificate, servers));
  if (recvRow.dtlsParameters.role === 'client') waitForClientHello(recv);
  // The media node knows our fingerprints, so there is nothing to send or wait for.
  for (const transport of [send, recv]) transport.on('connect', (_parameters, done) => done());
  send.on('produce', ({ rtpParameters, appData }, done) => {
    const { trackId, announce } = appData as ProduceAppData;
    done({ id: trackId });
    announce(rtpParameters);
  });
  return { send, recv, iceStarted: iceStartOf(recv) };
}

/** Sets a consumer up. A browser keeps audio and video with the same `streamId` in step. */
export function consumeRow(recv: types.Transport, row: SubscriptionRow, streamId: string): Promise<types.Consumer> {
  const { consumerId: id, kind } = row;
  const rtpParameters = row.rtpParameters as types.RtpParameters;
  return recv.consume({ id, producerId: id, kind, rtpParameters, streamId });
}

export class MediaSession {
  readonly send: types.Transport;
  readonly recv: types.Transport;
  readonly preparation: Preparation;
  readonly iceStarted: SessionTransports['iceStarted'];
  /** The transports were connected before the join, so the media node waits for our word to start. */
  readonly isWarm: boolean;
  readonly #prepared: Map<string, PreparedConsumer>;
  /** Streams of publishers with prepared consumers, by session id. */
  readonly #streamIds = new Map<string, string>();
  readonly #keepers: IceKeeper[];
  #closed = false;

  constructor(o: {
    preparation: Preparation;
    transports: TransportsFrame;
    warm?: WarmTransports | undefined;
    request: (body: Body) => Promise<ServerFrame>;
    connected: () => void;
    failed: (error: MeridianClientError) => void;
  }) {
    this.preparation = o.preparation;
    this.isWarm = o.warm !== undefined;
    this.#prepared = o.warm?.prepared ?? new Map();
    const { send, recv, iceStarted } = o.warm ?? makeTransports(o.preparation, o.transports);
    [this.send, this.recv, this.iceStarted] = [send, recv, iceStarted];
    for (const transport of [send, recv])
      transport.on('connectionstatechange', (state) => {
        if (state === 'connected') o.connected();
      });
    if (this.hasMedia) queueMicrotask(o.connected);
    const failed = (error: MeridianClientError): void => {
      if (!this.#closed) o.failed(error);
    };
    this.#keepers = [this.send, this.recv].map((transport) => new IceKeeper({ transport, request: o.request, failed }));
  }

  get closed(): boolean {
    return this.#closed;
  }

  signalingBack(): void {
    for (const keeper of this.#keepers) keeper.signalingBack();
  }

  /** Restarts ICE because answers to sent media (`send`), or all expected media (`both`), have stopped. */
  restartOnSilence(what: 'send' | 'both'): void {
    const [send, recv] = this.#keepers;
    send?.restartOnSilence();
    if (what === 'both') recv?.restartOnSilence();
  }

  /** Returns the consumer that was prepared for this row, once, or sets one up. */
  async consume(row: SubscriptionRow): Promise<types.Consumer> {
    const prepared = this.#prepared.get(row.consumerId);
    if (prepared !== undefined) {
      this.#prepared.delete(row.consumerId);
      this.#streamIds.set(row.publisherSessionId, prepared.streamId);
    }
    const streamId = this.#streamIds.get(row.publisherSessionId) ?? row.publisherSessionId;
    return (await prepared?.consumer) ?? (await consumeRow(this.recv, row, streamId));
  }

  isPrepared(consumerId: string): boolean {
    return this.#prepared.has(consumerId);
  }

  /** Closes, after `unclaimedMs`, the prepared consumers that the session does not have. */
  closeUnclaimed(): void {
    if (this.#prepared.size === 0) return;
    setTimeout(() => {
      for (const { consumer } of this.#prepared.values()) consumer.then((unclaimed) => unclaimed?.close());
    }, unclaimedMs);
  }

  has(transportId: string): boolean {
    return this.send.id === transportId || this.recv.id === transportId;
  }

  async readStats(): Promise<StatsReading> {
    const [send, recv] = await Promise.all([entriesOf(this.send), entriesOf(this.recv)]);
    return { takenMs: performance.now(), send, recv };
  }

  /** True when media can flow, by the media node's rule: a transport is connected. */
  get hasMedia(): boolean {
    return [this.send, this.recv].some(({ connectionState }) => connectionState === 'connected');
  }

  /** Browser's view of the path to the media node: the worse of both transports. */
  get path(): MediaPath {
    return pathOf([this.send.connectionState, this.recv.connectionState]);
  }

  async readReceived(): Promise<ReceivedBytes> {
    return receivedBytesOf(await entriesOf(this.recv));
  }

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
        await new Promise((resolve) => setTimeout(resolve, pollMs));
      }
    }
  }

  /** Stops restarting ICE and reporting failures, after a move; media still plays until `close`. Idempotent. */
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
  certificate: TransportCertificate,
  iceServers: RTCIceServer[] | undefined,
): types.TransportOptions {
  const additionalSettings = { certificates: [certificate.certificate] };
  return Object.assign({ additionalSettings }, row, iceServers && { iceServers });
}

async function entriesOf(transport: types.Transport): Promise<StatsEntry[]> {
  return transport.closed ? [] : entriesOfReport(await transport.getStats());
}
