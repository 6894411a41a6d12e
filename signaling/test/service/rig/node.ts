// A fake media node: keeps sessions and tracks, checks epochs and grants as the real one does, and makes no media.
import { createHash } from 'node:crypto';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import {
  type ErrorCode,
  emptyRetainedRoom,
  MeridianError,
  mayPublish,
  mergeRetainedRooms,
  type Note,
  note,
  onNote,
  participantFromWire,
  participantKeptKeys,
  participantToWire,
  participantWith,
  policyFromWire,
  policyToWire,
  post,
  type RetainedRoom,
  type Rpc,
  refuseGrant,
  roomInfoFromWire,
  roomInfoToWire,
  rpc,
  serve,
  trackFromWire,
  type wire,
} from '@meridian/protocol';
import {
  type Authority,
  type Clock,
  type Link,
  LinkServer,
  type Logger,
  verifyCertificate,
  verifyWith,
} from '@meridian/runtime';

interface HeldSession {
  /** Directions in which it has a transport. */
  readonly directions: { readonly send: boolean; readonly recv: boolean; readonly isPlain: boolean };
  info: wire.SessionInfo.$Properties;
  roomKey: string;
  signalingId: string;
  tracks: Map<string, wire.TrackInfo.$Properties>;
  subscriptions: Map<string, wire.Subscription.$Properties>;
}
type Referring = { room?: wire.RoomRef.$Properties | null };

export class FakeNode {
  readonly id: string;
  readonly sessions = new Map<string, HeldSession>();
  readonly rooms = new Map<string, { ownerId: string; epoch: number }>();
  /** Copies of rooms for owners. */
  readonly retainedRooms = new Map<string, RetainedRoom>();
  readonly calls: { name: string; message: unknown }[] = [];
  readonly links = new Map<string, Link>();
  readonly grants: wire.GrantClaim.$Properties[] = [];
  /** Tracks that it claims, in snapshots, to serve to others. */
  readonly servedTracks: wire.ServedTrack.$Properties[] = [];
  /** Sessions whose clients send media. */
  readonly sessionsWithMedia = new Set<string>();
  readonly rtps = new Map<string, wire.RtpParameters.$Properties>();
  /** Errors to throw in answer to requests of these names. */
  readonly failures = new Map<string, ErrorCode | `LINK_${string}`>();
  /** Promises that delay the answers to requests of these names. */
  readonly heldAnswers = new Map<string, Promise<void>>();
  readonly hostId: string;
  readonly region: string;
  #server: LinkServer | undefined;
  /** Its kernel, which outlives a killed process. */
  #kernel: Kernel | undefined;
  #port = 0;
  #consumers = 0;
  readonly #authority: Authority;
  readonly #clock: Clock;
  readonly #log: Logger;

  constructor(o: { id: string; region: string; hostId?: string; authority: Authority; clock: Clock; log: Logger }) {
    this.id = o.id;
    this.region = o.region;
    this.hostId = o.hostId ?? `host-${o.id}`;
    this.#authority = o.authority;
    this.#clock = o.clock;
    this.#log = o.log;
  }

  get ref(): wire.NodeRef.$Properties {
    const addresses = [{ purpose: 'control', protocol: 'tcp', ip: '127.0.0.1', announced: '', port: this.#port }];
    return {
      nodeId: this.id,
      kind: 'sfu',
      region: this.region,
      city: this.region,
      hostId: this.hostId,
      addresses,
      incarnation: 'one',
      state: 'alive',
    };
  }

  /** `atOtherPort`: at another port than before, which the centre has to learn. */
  async start(atOtherPort = false): Promise<void> {
    const credentials = await this.#authority.issueCredentials(
      { id: this.id, kind: 'sfu', region: this.region },
      3600_000,
    );
    const { authority, clock, log } = { authority: this.#authority, clock: this.#clock, log: this.#log };
    this.#server = await LinkServer.listen({
      host: '127.0.0.1',
      port: 0,
      credentials,
      log,
      clock,
      accept: (remote) => remote.kind === 'signaling' && authority.caPem !== '',
      onLink: (link) => this.serve(link),
    });
    this.#kernel = await Kernel.listen(atOtherPort ? 0 : this.#port, this.#server.port);
    this.#port = this.#kernel.port;
  }

  /** `forget`: the process died and lost everything. */
  async stop(forget = false): Promise<void> {
    await this.#server?.close('stopped by the test');
    this.#kernel?.close();
    this.#server = undefined;
    if (!forget) return;
    this.sessions.clear();
    this.retainedRooms.clear();
  }

  /** Dies as by kill -9: its sockets are reset, nothing listens any more, and everything is lost. */
  async kill(): Promise<void> {
    this.#kernel?.close();
    await this.stop(true);
  }

  /** Resets all links as a middlebox that forgets them does; the next dial is answered. */
  reset(): void {
    this.#kernel?.reset();
  }

  say<M, MP>(signalingId: string, kind: Note<M, MP>, message: NoInfer<MP>): boolean {
    const link = this.links.get(signalingId);
    return link !== undefined && post(link, kind, message);
  }

  called(name: string): unknown[] {
    return this.calls.filter((entry) => entry.name === name).map((entry) => entry.message);
  }

  sessionOf(identity: string): HeldSession | undefined {
    return [...this.sessions.values()].find((held) => held.info.participant?.identity === identity);
  }

  serve(link: Link): void {
    this.links.set(link.remote.id, link);
    link.onClose(() => {
      if (this.links.get(link.remote.id) === link) this.links.delete(link.remote.id);
    });
    const on = <Q extends Referring, QP, A, AP>(
      name: string,
      kind: Rpc<Q, QP, A, AP>,
      handler: (message: Q) => NoInfer<AP>,
    ): void =>
      serve(link, kind, async (message) => {
        this.calls.push({ name, message });
        await this.heldAnswers.get(name);
        const failure = this.failures.get(name);
        if (failure !== undefined) throw Object.assign(new Error('the test says so'), { code: failure });
        // as the real one: a signaling node may always release its own session
        if (name !== 'detach') this.#obey(message.room);
        return handler(message);
      });
    serve(link, rpc.sessionsMeasured, ({ sessionIds }) => {
      const isOwn = (id: string): boolean => this.sessions.get(id)?.signalingId === link.remote.id;
      return { sessions: sessionIds.filter(isOwn).map((sessionId) => ({ sessionId, rttMs: 7, sentBps: 1000 })) };
    });
    serve(link, rpc.warmUp, async (message) => {
      this.calls.push({ name: message.end ? 'cool' : 'warm', message });
      await this.heldAnswers.get('warm');
      const failure = this.failures.get('warm');
      if (failure !== undefined) throw Object.assign(new Error('the test says so'), { code: failure });
      const prepared = message.recvRtpCapabilities == null ? [] : [{ consumerId: 'prepared', publisherSessionId: '1' }];
      const made = transports(message.sessionId, { send: true, recv: true, isPlain: false });
      return { ...made, subscriptions: prepared };
    });
    on('attach', rpc.attachSession, (message) => this.#attach(message, link.remote.id));
    on('adopt', rpc.adoptSession, (message) => {
      const held = this.#session(message.sessionId);
      if (createHash('sha256').update(message.resumeKey).digest('hex') !== held.info.resumeKeyHash)
        throw new MeridianError('RESUME_REFUSED');
      held.signalingId = link.remote.id;
      const adoption = (held.info.adoption ?? 0) + 1;
      const participant = { ...held.info.participant, signalingId: link.remote.id };
      held.info = { ...held.info, participant, signalingRegion: link.remote.region, adoption };
      return {
        session: held.info,
        ...transports(message.sessionId, held.directions),
        subscriptions: [...held.subscriptions.values()],
        tracks: [...held.tracks.values()],
      };
    });
    on('detach', rpc.detachSession, (message) => {
      const held = this.sessions.get(message.sessionId);
      if (held !== undefined && held.signalingId !== link.remote.id) throw new MeridianError('NOT_PERMITTED');
      if (held !== undefined && message.adoption != null && message.adoption < (held.info.adoption ?? 0))
        throw new MeridianError('NOT_PERMITTED');
      this.sessions.delete(message.sessionId);
      return {};
    });
    on('produce', rpc.produce, (message) => {
      const track = { ...message.track, nodeId: this.id, mimeType: message.rtpParameters?.codecs?.[0]?.mimeType ?? '' };
      this.#own(message.sessionId, link.remote.id).tracks.set(track.trackId ?? '', track);
      this.rtps.set(track.trackId ?? '', message.rtpParameters ?? {});
      return { track };
    });
    on('closeTrack', rpc.closeTrack, (message) => {
      this.#own(message.sessionId, link.remote.id).tracks.delete(message.trackId);
      return {};
    });
    on('subscribe', rpc.subscribeTracks, (message) =>
      this.#subscribe(this.#own(message.sessionId, link.remote.id), message.subscriptions),
    );
    on('unsubscribe', rpc.unsubscribeTrack, (message) => {
      const held = this.#own(message.sessionId, link.remote.id);
      const { trackId, reason, room, sessionId } = message;
      const consumerId = held.subscriptions.get(trackId)?.consumerId;
      held.subscriptions.delete(trackId);
      if (reason !== '' && consumerId !== undefined)
        post(link, note.consumerClosed, {
          roomKey: room?.roomKey ?? '',
          sessionId,
          removed: { consumerId, trackId, reason },
        });
      return {};
    });
    on('pauseTrack', rpc.pauseTrack, (message) => {
      const { tracks } = this.#own(message.sessionId, link.remote.id);
      const track = tracks.get(message.trackId);
      if (track !== undefined) tracks.set(message.trackId, { ...track, muted: message.paused });
      return {};
    });
    on('settle', rpc.settleSession, (message) => {
      const held = this.#own(message.sessionId, link.remote.id);
      held.info = { ...held.info, moving: false };
      return { tracks: [...held.tracks.values()] };
    });
    on('updateSession', rpc.updateSession, (message) => {
      const held = this.#own(message.sessionId, link.remote.id);
      const kept = participantWith(
        participantFromWire(held.info.participant ?? {}),
        participantFromWire(message.participant ?? {}),
        participantKeptKeys,
      );
      held.info = { ...held.info, participant: participantToWire(kept) };
      for (const [trackId, track] of held.tracks)
        if (!mayPublish(kept, trackFromWire(track))) held.tracks.delete(trackId);
      if (!kept.canSubscribe) held.subscriptions.clear();
      return {};
    });
    on('update', rpc.updateConsumer, () => ({}));
    on('resume', rpc.resumeConsumers, () => ({}));
    on('moveCommit', rpc.trackMoveCommit, () => ({}));
    on('connect', rpc.connectTransport, () => ({}));
    on('restart', rpc.restartTransport, (message) => ({
      transportId: message.transportId,
      iceParameters: { usernameFragment: 'new', password: 'new', iceLite: true },
    }));
    on('repull', rpc.repullTrack, (message) => {
      if (message.track?.carrierNodeId !== this.id) {
        const roomKey = message.room?.roomKey ?? '';
        const held = [...this.sessions.values()].find((one) => one.roomKey === roomKey);
        this.#checkGrant(message.track ?? {}, roomKey, held?.info.fence ?? '');
      }
      return {};
    });
    on('snapshot', rpc.roomSnapshot, (message) => {
      const here = [...this.sessions.values()].filter((held) => held.roomKey === message.room?.roomKey);
      return {
        sessions: here.map((held) => ({
          session: held.info,
          tracks: [...held.tracks.values()],
          attached: true,
          media: this.sessionsWithMedia.has(held.info.participant?.sessionId ?? ''),
        })),
        highestEpoch: message.room?.epoch ?? 0,
        served: this.servedTracks,
        ...keptToWire(this.retainedRooms.get(message.room?.roomKey ?? '') ?? emptyRetainedRoom),
      };
    });
    onNote(link, note.retainedRoom, ({ room, info, policy }) => {
      const { roomKey, epoch } = { roomKey: room?.roomKey ?? '', epoch: room?.epoch ?? 0 };
      const seen = this.rooms.get(roomKey);
      if (!this.#holds(roomKey) || seen?.epoch !== epoch || seen.ownerId !== link.remote.id) return;
      const copy = { epoch, info: roomInfoFromWire(info), policy: policyFromWire(policy) };
      this.retainedRooms.set(roomKey, mergeRetainedRooms(this.retainedRooms.get(roomKey) ?? emptyRetainedRoom, copy));
    });
    onNote(link, note.roomData, (message) => this.calls.push({ name: 'data', message }));
    onNote(link, note.channelMessage, (message) => this.calls.push({ name: 'channel', message }));
    onNote(link, note.sessionsHeld, (message) => this.calls.push({ name: 'sessionsHeld', message }));
  }

  #obey(ref: wire.RoomRef.$Properties | null | undefined): void {
    const { roomKey, ownerId, epoch } = { roomKey: ref?.roomKey ?? '', ownerId: ref?.ownerId, epoch: ref?.epoch };
    if (!ownerId || !epoch || epoch < 1) throw new MeridianError('REQUEST_INVALID', 'a room without owner or epoch');
    const seen = this.rooms.get(roomKey);
    if (seen !== undefined && (epoch < seen.epoch || (epoch === seen.epoch && ownerId !== seen.ownerId)))
      throw new MeridianError('EPOCH_STALE');
    this.rooms.set(roomKey, { ownerId, epoch });
    if (seen?.epoch !== epoch && this.#holds(roomKey)) this.#requestRetained(roomKey);
  }

  #holds(roomKey: string): boolean {
    return [...this.sessions.values()].some((held) => held.roomKey === roomKey);
  }

  #requestRetained(roomKey: string): void {
    this.say(this.rooms.get(roomKey)?.ownerId ?? '', note.retainedRoomRequest, { roomKey });
  }

  #session(sessionId: string): HeldSession {
    const held = this.sessions.get(sessionId);
    if (held === undefined) throw new MeridianError('SESSION_UNKNOWN');
    return held;
  }

  #own(sessionId: string, signalingId: string): HeldSession {
    const held = this.#session(sessionId);
    if (held.signalingId !== signalingId) throw new MeridianError('NOT_PERMITTED');
    return held;
  }

  #attach(message: wire.AttachSession, signalingId: string): wire.SessionAttached.$Properties {
    const info = message.session ?? {};
    const sessionId = info.participant?.sessionId ?? '';
    const held: HeldSession = {
      directions: {
        send: message.sendEndpoint != null,
        recv: message.recvEndpoint != null,
        isPlain: message.recvEndpoint?.plain != null,
      },
      info,
      roomKey: message.room?.roomKey ?? '',
      signalingId,
      tracks: new Map(),
      subscriptions: new Map(),
    };
    const isFirst = !this.#holds(held.roomKey);
    this.sessions.set(sessionId, held);
    if (isFirst) this.#requestRetained(held.roomKey);
    return { ...transports(sessionId, held.directions), ...this.#subscribe(held, message.subscriptions) };
  }

  #subscribe(
    held: HeldSession,
    trackRequests: wire.TrackSubscription.$Properties[],
  ): { subscriptions: wire.Subscription.$Properties[]; failed: wire.SubscriptionFailed.$Properties[] } {
    const failed: wire.SubscriptionFailed.$Properties[] = [];
    const subscriptions: wire.Subscription.$Properties[] = [];
    for (const trackRequest of trackRequests) {
      const trackId = trackRequest.trackId ?? '';
      try {
        if (trackRequest.carrierNodeId !== this.id) this.#checkGrant(trackRequest, held.roomKey, held.info.fence ?? '');
      } catch (error) {
        failed.push({ trackId, code: (error as MeridianError).code });
        continue;
      }
      const track = [...this.sessions.values()].flatMap(({ tracks }) => tracks.get(trackId) ?? [])[0];
      const mimeType = track?.mimeType ?? undefined;
      const codecs = held.info.recvRtpCapabilities?.codecs ?? [];
      if (mimeType !== undefined && !codecs.some((codec) => codec.mimeType?.toLowerCase() === mimeType.toLowerCase())) {
        failed.push({ trackId, code: 'CODEC_UNSUPPORTED' });
        continue;
      }
      this.#consumers += 1;
      const subscription = {
        consumerId: `consumer-${this.id}-${this.#consumers}`,
        trackId,
        publisherSessionId: trackRequest.publisherSessionId ?? '',
        trackEpoch: 1,
        kind: track?.kind ?? 1,
        rtpParameters: consumedRtp(mimeType || 'audio/opus', this.#consumers),
      };
      held.subscriptions.set(trackId, subscription);
      subscriptions.push(subscription);
    }
    return { subscriptions, failed };
  }

  /** Checks a grant as the serving node would, with this node as the puller. */
  #checkGrant(trackRequest: wire.TrackSubscription.$Properties, roomKey: string, fence: string): void {
    const seen = this.rooms.get(roomKey) ?? { ownerId: '', epoch: 0 };
    const code = refuseGrant(trackRequest.grant, {
      roomKey,
      trackId: trackRequest.trackId ?? '',
      pullerNodeId: this.id,
      servingNodeId: trackRequest.carrierNodeId ?? '',
      fence,
      ownerId: seen.ownerId,
      epochSeen: seen.epoch,
      wallMs: this.#clock.wallMs(),
      identityOf: (pem) => verifyCertificate(pem, this.#authority.caPem, this.#clock.wallMs()),
      verify: verifyWith,
    });
    if (code !== undefined) throw new MeridianError(code);
    this.grants.push({
      trackId: trackRequest.trackId ?? '',
      pullerNodeId: this.id,
      servingNodeId: trackRequest.carrierNodeId ?? '',
      epoch: seen.epoch,
    });
  }
}

/** A port in front of another port. `close` resets open connections and refuses new ones. */
class Kernel {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  static async listen(port: number, behind: number): Promise<Kernel> {
    const kernel = new Kernel(behind);
    await new Promise<void>((resolve, reject) => {
      kernel.#server.once('error', reject);
      kernel.#server.listen(port, '127.0.0.1', resolve);
    });
    return kernel;
  }

  private constructor(behind: number) {
    this.#server = createServer({ noDelay: true }, (outer) => {
      const inner = connect({ port: behind, host: '127.0.0.1', noDelay: true });
      for (const [socket, other] of [
        [outer, inner],
        [inner, outer],
      ] as const) {
        this.#sockets.add(socket);
        socket.on('error', () => other.destroy());
        socket.on('close', () => {
          this.#sockets.delete(socket);
          other.destroy();
        });
        socket.pipe(other);
      }
    });
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Idempotent. */
  close(): void {
    this.#server.close();
    this.reset();
  }

  reset(): void {
    for (const socket of this.#sockets) socket.resetAndDestroy();
  }
}

const transport = (id: string): wire.TransportInfo.$Properties => ({
  id,
  iceParameters: { usernameFragment: 'u', password: 'p', iceLite: true },
  iceCandidates: [],
  dtlsParameters: { role: 'auto', fingerprints: [{ algorithm: 'sha-256', value: Array(32).fill('AB').join(':') }] },
  sctp: { port: 5000, maxMessageBytes: 262_144 },
});
const consumedRtp = (mimeType: string, ssrc: number): wire.RtpParameters.$Properties => ({
  mid: `${ssrc}`,
  codecs: [{ mimeType, payloadType: 100, clockRate: mimeType.startsWith('audio/') ? 48_000 : 90_000 }],
  encodings: [{ ssrc }],
  cname: 'c',
});
/** No process listens at a plain transport's address. */
const transports = (sessionId: string, { send, recv, isPlain }: HeldSession['directions']) => {
  const made = (id: string) => (isPlain ? { id, plain: { ip: '127.0.0.1', port: 9 } } : transport(id));
  return {
    sendTransport: send ? made(`${sessionId}-send`) : null,
    recvTransport: recv ? made(`${sessionId}-recv`) : null,
  };
};

const keptToWire = ({ epoch, info, policy }: RetainedRoom) => ({
  infoEpoch: epoch,
  info: roomInfoToWire(info),
  policy: policyToWire(policy),
});
