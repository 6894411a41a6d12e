// Our SDK in a page, behind the interface for LiveKit's SDKs. The class is sent there as text, so it may use nothing
// outside but the SDK.
import type * as Sdk from '../../../../sdk-web/src/index.ts';
import type * as asked from './agent.ts';

declare const sdk: typeof Sdk;

export class MeridianPageAgent implements asked.Agent {
  #room: Sdk.Room | undefined;
  readonly #disconnects: string[] = [];
  readonly #messages: asked.Message[] = [];
  readonly #elements = new Map<string, HTMLElement>();
  #reconnects = 0;

  get #connectedRoom(): Sdk.Room {
    if (this.#room === undefined) throw new Error('not joined');
    return this.#room;
  }

  async join(o: asked.JoinOptions): Promise<void> {
    const room = new sdk.Room({
      adaptiveStream: o.adaptiveStream ?? false,
      dynacast: o.dynacast ?? false,
    });
    this.#room = room;
    this.#listen(room);
    room.registerRpcMethod('echo', ({ payload }) => `echo: ${payload}`);
    room.registerRpcMethod('fail', () => {
      throw new sdk.RpcError(1600 as Sdk.RpcErrorCode, 'as asked');
    });
    await room.connect(o.url, o.token);
  }

  #listen(room: Sdk.Room): void {
    room.on('disconnected', (reason) => void this.#disconnects.push(reason));
    room.on('reconnected', () => {
      this.#reconnects += 1;
    });
    room.on('dataReceived', (payload, from, topic, reliable) => {
      const text = new TextDecoder().decode(payload);
      this.#messages.push({ text, topic, reliable, from: from?.identity ?? '' });
    });
    room.on('trackSubscribed', (track, _publication, participant) => {
      const element = track.attach();
      Object.assign(element.style, { width: '640px', height: '360px', position: 'fixed', top: '0', left: '0' });
      document.body.append(element);
      if (track.kind === 'video') this.#elements.set(participant.identity, element);
    });
    room.on('trackUnsubscribed', (track) => {
      for (const element of track.detach()) element.remove();
    });
  }

  async leave(): Promise<void> {
    await this.#connectedRoom.disconnect();
  }

  async status(): Promise<asked.Status> {
    const { state, localParticipant } = this.#connectedRoom;
    const counts = { disconnects: [...this.#disconnects], reconnects: this.#reconnects };
    return { state, sid: localParticipant.sessionId, ...counts };
  }

  async publish({ camera, microphone }: asked.PublishOptions): Promise<void> {
    const { localParticipant } = this.#connectedRoom;
    if (microphone === true) await localParticipant.setMicrophoneEnabled(true);
    if (camera === undefined) return;
    const { codec, simulcast, width = 640, height = 360 } = camera;
    const resolution = { width, height, frameRate: 15 };
    await localParticipant.setCameraEnabled(true, { resolution }, { codec, simulcast });
  }

  async unpublish(): Promise<void> {
    const { localParticipant } = this.#connectedRoom;
    for (const { track } of [...localParticipant.trackPublications.values()])
      await localParticipant.unpublishTrack(track);
  }

  async setMuted(source: asked.Source, muted: boolean): Promise<void> {
    const publication = this.#connectedRoom.localParticipant.getTrackPublication(source);
    if (publication === undefined) throw new Error(`no ${source} is published`);
    await (muted ? publication.mute() : publication.unmute());
  }

  async people(): Promise<readonly asked.Person[]> {
    return [...this.#connectedRoom.remoteParticipants.values()].map((one) => ({
      identity: one.identity,
      name: one.name,
      metadata: one.metadata,
      attributes: { ...one.attributes },
      region: one.region,
      tracks: [...one.trackPublications.values()].map((publication) => ({
        source: publication.source,
        muted: publication.isMuted,
        subscribed: publication.isSubscribed,
      })),
    }));
  }

  async received(): Promise<readonly asked.Received[]> {
    const all: asked.Received[] = [];
    for (const { identity, trackPublications } of this.#connectedRoom.remoteParticipants.values())
      for (const { track, source } of trackPublications.values()) {
        const stats = await track?.receiverStats();
        if (stats === undefined) continue;
        const { framesDecoded: frames, frameWidth: width, mimeType, totalAudioEnergy: sound } = stats;
        all.push({ identity, source, frames, width, mimeType, sound, packets: stats.packetsReceived });
      }
    return all;
  }

  async sent(): Promise<readonly asked.Sent[]> {
    const camera = this.#connectedRoom.localParticipant.getTrackPublication('camera');
    const entries: Record<string, unknown>[] = [];
    (await camera?.track.getStats())?.forEach((entry: Record<string, unknown>) => void entries.push(entry));
    const codecs = new Map(entries.map((entry) => [entry['id'], entry['mimeType']]));
    return entries
      .filter((entry) => entry['type'] === 'outbound-rtp')
      .map((row) => ({
        rid: String(row['rid'] ?? ''),
        mimeType: String(codecs.get(row['codecId']) ?? ''),
        width: Number(row['frameWidth'] ?? 0),
        frames: Number(row['framesEncoded'] ?? 0),
        scalabilityMode: String(row['scalabilityMode'] ?? ''),
      }));
  }

  async setSubscribed(identity: string, subscribed: boolean): Promise<void> {
    const one = this.#connectedRoom.remoteParticipants.get(identity);
    for (const publication of one?.trackPublications.values() ?? []) publication.setSubscribed(subscribed);
  }

  async allowSubscribers(identities: readonly string[] | null): Promise<void> {
    const allowed = (identities ?? []).map((participantIdentity) => ({ participantIdentity, allowAll: true }));
    await this.#connectedRoom.localParticipant.setTrackSubscriptionPermissions(identities === null, allowed);
  }

  async show(identity: string, width: number, height: number): Promise<void> {
    const element = this.#elements.get(identity);
    if (element === undefined) throw new Error(`nothing of ${identity} is shown`);
    Object.assign(element.style, { width: `${width}px`, height: `${height}px` });
  }

  async send({ text, topic, reliable, to }: asked.Outgoing): Promise<void> {
    const destinationIdentities = to === undefined ? {} : { destinationIdentities: [...to] };
    const payload = new TextEncoder().encode(text);
    await this.#connectedRoom.localParticipant.publishData(payload, { topic, reliable, ...destinationIdentities });
  }

  async heard(): Promise<readonly asked.Message[]> {
    return [...this.#messages];
  }

  async sendFile(): Promise<void> {
    throw new Error('UNSUPPORTED');
  }

  async files(): Promise<readonly asked.ReceivedFile[]> {
    return [];
  }

  async call({ to, method, payload }: asked.Call): Promise<asked.CallResult> {
    try {
      return {
        answer: await this.#connectedRoom.localParticipant.performRpc({ destinationIdentity: to, method, payload }),
      };
    } catch (error) {
      if (error instanceof sdk.RpcError) return { code: error.code };
      throw error;
    }
  }

  async setAbout({ name, metadata, attributes }: asked.About): Promise<void> {
    const { localParticipant } = this.#connectedRoom;
    if (name !== undefined) await localParticipant.setName(name);
    if (metadata !== undefined) await localParticipant.setMetadata(metadata);
    if (attributes !== undefined) await localParticipant.setAttributes(attributes);
  }
}
