// LiveKit's browser SDK in a page. The class is sent there as text, so it may use nothing outside but the SDK.
import type * as Sdk from 'livekit-client';
import type * as asked from './agent.ts';

declare const LivekitClient: typeof Sdk;
declare const livekitE2eeWorker: string;

export class LiveKitPageAgent implements asked.Agent {
  #room: Sdk.Room | undefined;
  readonly #disconnects: string[] = [];
  readonly #messages: asked.Message[] = [];
  readonly #files: asked.ReceivedFile[] = [];
  readonly #elements = new Map<string, HTMLElement>();
  #reconnects = 0;

  get #connectedRoom(): Sdk.Room {
    if (this.#room === undefined) throw new Error('not joined');
    return this.#room;
  }

  async join(o: asked.JoinOptions): Promise<void> {
    const room = new LivekitClient.Room({
      adaptiveStream: o.adaptiveStream ?? false,
      dynacast: o.dynacast ?? false,
      publishDefaults: { videoSimulcastLayers: [LivekitClient.VideoPresets.h180] },
      ...(o.key === undefined ? {} : { encryption: await this.#encryption(o.key) }),
    });
    if (o.key !== undefined) await room.setE2EEEnabled(true);
    this.#room = room;
    this.#listen(room);
    room.registerRpcMethod('echo', async ({ payload }) => `echo: ${payload}`);
    room.registerRpcMethod('fail', async () => {
      throw new LivekitClient.RpcError(1600, 'as asked');
    });
    room.registerByteStreamHandler('files', (reader, { identity }) => void this.#receive(reader, identity));
    await room.connect(o.url, o.token);
    document.title = `in ${room.name}`;
  }

  async #encryption(key: string): Promise<Sdk.E2EEOptions> {
    const keyProvider = new LivekitClient.ExternalE2EEKeyProvider();
    await keyProvider.setKey(key);
    return { keyProvider, worker: new Worker(URL.createObjectURL(new Blob([livekitE2eeWorker]))) };
  }

  #listen(room: Sdk.Room): void {
    const { RoomEvent, DisconnectReason } = LivekitClient;
    room.on(RoomEvent.Disconnected, (reason) => {
      this.#disconnects.push(DisconnectReason[reason ?? 0] ?? 'UNKNOWN_REASON');
    });
    room.on(RoomEvent.Reconnected, () => {
      this.#reconnects += 1;
    });
    room.on(RoomEvent.DataReceived, (payload, from, kind, topic) => {
      const text = new TextDecoder().decode(payload);
      this.#messages.push({ text, topic: topic ?? '', reliable: kind === 0, from: from?.identity ?? '' });
    });
    room.on(RoomEvent.TrackSubscribed, (track, _publication, { identity }) => this.#attach(track, identity));
    room.on(RoomEvent.TrackUnsubscribed, (track) => {
      for (const element of track.detach()) element.remove();
    });
  }

  #attach(track: Sdk.RemoteTrack, identity: string): void {
    if (track.attachedElements.length > 0) return;
    const element = track.attach();
    Object.assign(element.style, { width: '640px', height: '360px', position: 'fixed', top: '0', left: '0' });
    document.body.append(element);
    if (track.kind === 'video') this.#elements.set(identity, element);
  }

  async leave(): Promise<void> {
    await this.#connectedRoom.disconnect();
  }

  async status(): Promise<asked.Status> {
    const sid = this.#connectedRoom.localParticipant.sid;
    const counts = { disconnects: [...this.#disconnects], reconnects: this.#reconnects };
    return { state: this.#connectedRoom.state, sid, ...counts };
  }

  async publish({ camera, microphone }: asked.PublishOptions): Promise<void> {
    const { localParticipant } = this.#connectedRoom;
    if (microphone === true) await localParticipant.setMicrophoneEnabled(true);
    if (camera === undefined) return;
    const { codec: videoCodec, simulcast, width = 640, height = 360 } = camera;
    const resolution = { width, height, frameRate: 15 };
    await localParticipant.setCameraEnabled(true, { resolution }, { videoCodec, simulcast, backupCodec: false });
  }

  async unpublish(): Promise<void> {
    const { localParticipant } = this.#connectedRoom;
    for (const { track } of [...localParticipant.trackPublications.values()])
      if (track !== undefined) await localParticipant.unpublishTrack(track);
  }

  async setMuted(source: asked.Source, muted: boolean): Promise<void> {
    const publication = this.#connectedRoom.localParticipant.getTrackPublication(source as Sdk.Track.Source);
    if (publication === undefined) throw new Error(`no ${source} is published`);
    await (muted ? publication.mute() : publication.unmute());
  }

  async people(): Promise<readonly asked.Person[]> {
    return [...this.#connectedRoom.remoteParticipants.values()].map((one) => ({
      identity: one.identity,
      name: one.name ?? '',
      metadata: one.metadata ?? '',
      attributes: { ...one.attributes },
      tracks: [...one.trackPublications.values()].map((publication) => ({
        source: publication.source,
        muted: publication.isMuted,
        subscribed: publication.isSubscribed,
        isEncrypted: publication.isEncrypted,
      })),
    }));
  }

  async received(): Promise<readonly asked.Received[]> {
    const all: asked.Received[] = [];
    for (const { identity, trackPublications } of this.#connectedRoom.remoteParticipants.values())
      for (const { track, source } of trackPublications.values()) {
        // The SDK withholds `TrackSubscribed` of tracks that arrive within 2 s of its own reconnect (client-sdk-js
        // 2074).
        if (track !== undefined) this.#attach(track as Sdk.RemoteTrack, identity);
        const inbound = await this.#statsOf(track as Sdk.RemoteTrack | undefined, 'inbound-rtp');
        for (const row of inbound)
          all.push({
            identity,
            source,
            frames: Number(row['framesDecoded'] ?? 0),
            width: Number(row['frameWidth'] ?? 0),
            mimeType: String(row['mimeType'] ?? ''),
            sound: Number(row['totalAudioEnergy'] ?? 0),
            packets: Number(row['packetsReceived'] ?? 0),
          });
      }
    return all;
  }

  async sent(): Promise<readonly asked.Sent[]> {
    const camera = this.#connectedRoom.localParticipant.getTrackPublication('camera' as Sdk.Track.Source);
    const rows = await this.#statsOf(camera?.track as Sdk.LocalTrack | undefined, 'outbound-rtp');
    return rows.map((row) => ({
      rid: String(row['rid'] ?? ''),
      mimeType: String(row['mimeType'] ?? ''),
      width: Number(row['frameWidth'] ?? 0),
      frames: Number(row['framesEncoded'] ?? 0),
      scalabilityMode: String(row['scalabilityMode'] ?? ''),
    }));
  }

  async #statsOf(
    track: Sdk.RemoteTrack | Sdk.LocalTrack | undefined,
    type: string,
  ): Promise<readonly Record<string, unknown>[]> {
    const report = await track?.getRTCStatsReport();
    const entries: Record<string, unknown>[] = [];
    report?.forEach((entry: Record<string, unknown>) => void entries.push(entry));
    const codecs = new Map(entries.map((entry) => [entry['id'], entry['mimeType']]));
    return entries
      .filter((entry) => entry['type'] === type)
      .map((entry) => ({ ...entry, mimeType: codecs.get(entry['codecId']) }));
  }

  async setSubscribed(identity: string, subscribed: boolean): Promise<void> {
    const one = this.#connectedRoom.remoteParticipants.get(identity);
    for (const publication of one?.trackPublications.values() ?? []) publication.setSubscribed(subscribed);
  }

  async allowSubscribers(identities: readonly string[] | null): Promise<void> {
    const allowed = (identities ?? []).map((participantIdentity) => ({ participantIdentity, allowAll: true }));
    this.#connectedRoom.localParticipant.setTrackSubscriptionPermissions(identities === null, allowed);
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

  async sendFile({ content, to }: asked.SentFile): Promise<void> {
    const bytes = Uint8Array.from(atob(content), (character) => character.charCodeAt(0));
    const destinationIdentities = to === undefined ? {} : { destinationIdentities: [...to] };
    const file = new File([bytes], 'picture', { type: 'image/png' });
    await this.#connectedRoom.localParticipant.sendFile(file, { topic: 'files', ...destinationIdentities });
  }

  async #receive(reader: Sdk.ByteStreamReader, from: string): Promise<void> {
    try {
      const content = await new Blob((await reader.readAll()) as Uint8Array<ArrayBuffer>[]).arrayBuffer();
      const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', content));
      const sha256 = [...hash].map((byte) => byte.toString(16).padStart(2, '0')).join('');
      this.#files.push({ from, bytes: content.byteLength, sha256, failure: '' });
    } catch (error) {
      this.#files.push({ from, bytes: 0, sha256: '', failure: String(error) });
    }
  }

  async files(): Promise<readonly asked.ReceivedFile[]> {
    return [...this.#files];
  }

  async call({ to, method, payload }: asked.Call): Promise<asked.CallResult> {
    try {
      return {
        answer: await this.#connectedRoom.localParticipant.performRpc({ destinationIdentity: to, method, payload }),
      };
    } catch (error) {
      if (error instanceof LivekitClient.RpcError) return { code: error.code };
      throw error;
    }
  }

  async setAbout({ name, metadata, attributes }: asked.About): Promise<void> {
    const { localParticipant } = this.#connectedRoom;
    if (name !== undefined) await localParticipant.setName(name);
    if (metadata !== undefined) await localParticipant.setMetadata(metadata);
    if (attributes !== undefined) await localParticipant.setAttributes({ ...attributes });
  }
}
