// A session of a check: a socket, a Join into the check's own room, and transports that each try one path to the media
// node. A lost session is not resumed: the part of the check that needed it fails.
import {
  closeCode,
  type EchoTime,
  explanationOf,
  MeridianClientError,
  type SignalSocket,
  type SubscriptionRow,
  subscriptionRow,
} from '@meridian/client';
import {
  limits,
  type RtpParameters,
  routerConstant,
  rtpParametersToWire,
  trackToWire,
  type wire,
} from '@meridian/protocol';
import type { types } from 'mediasoup-client';
import type { Attempt, NodeCandidate, TurnServer } from '../core/check-ways.ts';
import type { StatsEntry } from '../core/stats.ts';
import type { Preparation, TransportCertificate } from '../media/preparation.ts';
import { planProduce } from '../media/produce-plan.ts';
import { entriesOfReport } from '../media/report.ts';
import type { ProduceAppData } from '../media/session.ts';
import { transportRow } from '../media/transport-row.ts';
import type { LocalTrack } from '../tracks/local-track.ts';
import type { TrackPublishOptions } from '../types.ts';
import { sdkVersion } from '../version.ts';
import type { Lifetime } from './lifetime.ts';

/** Time limit of a request, like that of a call's Join (base/client/src/connection/join.ts). */
const requestMs = 6000;
/** Pause before another try, because the session's signaling node may learn of the track later than its publisher. */
const subscribeRetryMs = 200;
const subscribeMsMax = 4000;

export interface CheckSessionOptions {
  readonly socket: SignalSocket;
  readonly token: string;
  readonly nonce: string;
  readonly fromCity: string;
  readonly echoTimes: readonly EchoTime[];
  readonly preparation: Preparation;
  readonly life: Lifetime;
}

export class CheckSession {
  readonly joined: wire.Joined;
  readonly #o: CheckSessionOptions;
  readonly #onSubscribed = new Map<string, (row: SubscriptionRow) => void>();

  /**
   * Joins the check's room. Rejects with the service's error, REQUEST_TIMEOUT, SOCKET_LOST, or PROTOCOL_UNSUPPORTED if
   * the service does not support checks.
   */
  static async join(o: CheckSessionOptions): Promise<CheckSession> {
    const { socket, preparation, life } = o;
    life.add(() => {
      socket.post({ leave: { reason: 'the check is over' } });
      socket.close(closeCode.left, new MeridianClientError('CONNECTION_CLOSED'));
    });
    const join = {
      protocolVersion: limits.protocolVersion,
      token: o.token,
      check: o.nonce,
      sdk: `web/${sdkVersion}`,
      routerVersion: routerConstant.version,
      recvRtpCapabilities: preparation.capabilities,
      sendEndpoint: { webrtc: { fingerprint: preparation.send.fingerprint } },
      recvEndpoint: { webrtc: { fingerprint: preparation.recv.fingerprint } },
      manualSubscribe: true,
      fromCity: o.fromCity,
      echoTimes: [...o.echoTimes],
    };
    const { joined } = await socket.request({ join }, requestMs);
    if (joined?.room?.startsWith('check/') !== true) {
      socket.post({ leave: { reason: 'this is not the room of a check' } });
      throw new MeridianClientError('PROTOCOL_UNSUPPORTED', 'the service does not support connection checks');
    }
    return new CheckSession(o, joined as wire.Joined);
  }

  private constructor(o: CheckSessionOptions, joined: wire.Joined) {
    this.#o = o;
    this.joined = joined;
    o.socket.listen({ frame: (frame) => this.#onFrame(frame), lost: () => undefined });
    o.socket.startPing(joined.pingIntervalMs);
  }

  get candidates(): readonly NodeCandidate[] {
    return this.joined.sendTransport?.iceCandidates ?? [];
  }

  /** TURN servers of the service; empty when it has none, or is an earlier version. */
  get turnServers(): readonly TurnServer[] {
    return turnServersOf(this.joined);
  }

  async ping(): Promise<number> {
    const startMs = performance.now();
    await this.#request({ ping: { sentMs: startMs, rttMs: this.#o.socket.rttMs } });
    return performance.now() - startMs;
  }

  /** Returns the reasons for the choice of media node; an empty list while the service has none. */
  async reasons(): Promise<readonly string[]> {
    const { decisionId = '', reasons = [] } = this.joined.placement ?? {};
    if (!decisionId) return reasons ?? [];
    try {
      const { placementExplained } = await this.#request({ explainPlacement: { decisionId } });
      return explanationOf(decisionId, placementExplained).reasons;
    } catch {
      return reasons ?? [];
    }
  }

  /** Creates a send transport. Its `send` resolves when the service has accepted the track, before a path works. */
  sender(attempt: Attempt): CheckTransport {
    const { preparation, life, socket } = this.#o;
    const row = transportRow(limitCandidates(this.joined.sendTransport, attempt));
    const transport = preparation.device.createSendTransport(optionsOf(row, preparation.send, attempt));
    transport.on('produce', ({ rtpParameters, appData }, done) => {
      const { trackId, announce } = appData as ProduceAppData;
      done({ id: trackId });
      announce(rtpParameters);
    });
    return new CheckTransport(transport, life, async (track, publish) => {
      const { row: info, options } = planProduce({ preparation, track, publish });
      const accepted = Promise.withResolvers<unknown>();
      accepted.promise.catch(() => undefined); // awaited below, unless producing itself fails
      const announce = (rtp: types.RtpParameters): void => {
        const rtpParameters = rtpParametersToWire(rtp as RtpParameters);
        socket
          .request({ publish: { track: trackToWire(info), rtpParameters } }, requestMs)
          .then(accepted.resolve, accepted.reject);
      };
      const { trackId } = info;
      const producerOptions = { track: track.mediaStreamTrack, appData: { trackId, announce } };
      const producer = await transport.produce(Object.assign({}, options, producerOptions));
      await accepted.promise;
      return producer;
    });
  }

  async receiver(attempt: Attempt, trackId: string): Promise<CheckTransport> {
    const { preparation, life } = this.#o;
    const added = new Promise<SubscriptionRow>((resolve) => this.#onSubscribed.set(trackId, resolve));
    await this.#subscribe(trackId);
    const subscription = await life.within(added, subscribeMsMax);
    if (subscription === undefined)
      throw new MeridianClientError('REQUEST_TIMEOUT', 'the service sent no subscription');
    const row = transportRow(limitCandidates(this.joined.recvTransport, attempt));
    const transport = preparation.device.createRecvTransport(optionsOf(row, preparation.recv, attempt));
    const receiving = new CheckTransport(transport, life, () => Promise.reject(new MeridianClientError('INTERNAL')));
    const { consumerId, kind, rtpParameters } = subscription;
    await transport.consume({
      id: consumerId,
      producerId: trackId,
      kind,
      rtpParameters: rtpParameters as types.RtpParameters,
    });
    await this.#request({ subscriptionsReady: { consumerIds: [consumerId] } });
    return receiving;
  }

  async #subscribe(trackId: string): Promise<void> {
    const untilMs = performance.now() + subscribeMsMax;
    for (;;) {
      try {
        await this.#request({ updateSubscription: { trackId, subscribed: true } });
        return;
      } catch (error) {
        const isEarly = error instanceof MeridianClientError && error.code === 'TRACK_UNKNOWN';
        if (!isEarly || performance.now() > untilMs) throw error;
      }
      await this.#o.life.wait(subscribeRetryMs);
    }
  }

  #request(body: wire.ClientFrame.$Properties): Promise<wire.ServerFrame> {
    return this.#o.socket.request(body, requestMs);
  }

  #onFrame({ subscriptionsAdded }: wire.ServerFrame.$Properties): void {
    for (const subscription of subscriptionsAdded?.subscriptions ?? []) {
      const row = subscriptionRow(subscription);
      this.#onSubscribed.get(row.trackId)?.(row);
    }
  }
}

type Produce = (track: LocalTrack, publish: TrackPublishOptions) => Promise<types.Producer>;

export class CheckTransport {
  readonly #transport: types.Transport;
  readonly #produce: Produce;
  #video: types.Producer | undefined;

  constructor(transport: types.Transport, life: Lifetime, produce: Produce) {
    this.#transport = transport;
    this.#produce = produce;
    // The media node knows our fingerprint from the Join, so connecting needs no request.
    transport.on('connect', (_parameters, done) => done());
    life.add(() => this.close());
  }

  /** Resolves with the track's id when the service has accepted it. */
  async send(track: LocalTrack, publish: TrackPublishOptions): Promise<string> {
    const producer = await this.#produce(track, publish);
    if (producer.kind === 'video') this.#video = producer;
    return producer.id;
  }

  async limitVideo(bitrateBps: number): Promise<void> {
    await this.#video?.setRtpEncodingParameters({ maxBitrate: bitrateBps });
  }

  async connects(life: Lifetime, ms: number): Promise<boolean> {
    const transport = this.#transport;
    const settled = new Promise<boolean>((resolve) => {
      const onState = (state: types.ConnectionState): void => {
        if (state === 'connected') resolve(true);
        else if (state === 'failed' || state === 'closed') resolve(false);
      };
      transport.on('connectionstatechange', onState);
      onState(transport.connectionState);
    });
    return (await life.within(settled, ms)) ?? false;
  }

  async entries(): Promise<readonly StatsEntry[]> {
    return this.#transport.closed ? [] : entriesOfReport(await this.#transport.getStats());
  }

  close(): void {
    this.#transport.close();
  }
}

const limitCandidates = (
  transport: wire.TransportInfo.$Properties | null | undefined,
  { candidates }: Attempt,
): wire.TransportInfo.$Properties => Object.assign({}, transport, { iceCandidates: [...candidates] });

function optionsOf(
  row: ReturnType<typeof transportRow>,
  { certificate }: TransportCertificate,
  { turnServers }: Attempt,
): types.TransportOptions {
  const iceServers = turnServers.map(({ urls, username, credential }) => ({ urls: [...urls], username, credential }));
  const relay = iceServers.length > 0 && ({ iceServers, iceTransportPolicy: 'relay' } as const);
  return Object.assign({}, row, { additionalSettings: { certificates: [certificate] } }, relay);
}

/** Returns the TURN servers of a Join's answer; an earlier version of the service sends none. */
function turnServersOf({ iceServers }: wire.Joined.$Properties): readonly TurnServer[] {
  return (iceServers ?? []).map(({ urls, username, credential }) => ({
    urls: urls ?? [],
    username: username ?? '',
    credential: credential ?? '',
  }));
}
