// First message to a LiveKit client: the answer to its join, or to its return over a new socket.
import {
  ClientConfigSetting,
  ClientConfiguration,
  ICEServer,
  JoinResponse,
  type ParticipantInfo,
  ReconnectResponse,
  type Room,
  ServerInfo,
} from '@livekit/protocol';
import type { wire } from '@meridian/protocol';

export interface ServerDetails {
  readonly iceServers: readonly wire.IceServer.$Properties[];
  readonly nodeId: string;
  readonly region: string;
  /** The client may resume its session over another socket; otherwise it joins anew. */
  readonly canResume: boolean;
}
export interface JoinDetails extends ServerDetails {
  readonly pingIntervalS: number;
  readonly pingTimeoutS: number;
}

/** Clients derive features from the version: calls from 1.8 on; simulcast of VP9 and AV1, not ours, after 1.13.6. */
const serverVersion = '1.9.0';
const serverProtocol = 15;

export const joinResponseOf = (
  details: JoinDetails,
  shown: { readonly room: Room; readonly participant: ParticipantInfo; readonly otherParticipants: ParticipantInfo[] },
): JoinResponse =>
  new JoinResponse({
    room: shown.room,
    participant: shown.participant,
    otherParticipants: shown.otherParticipants,
    serverVersion,
    serverRegion: details.region,
    serverInfo: serverInfoOf(details),
    iceServers: iceServersOf(details),
    subscriberPrimary: true,
    pingInterval: details.pingIntervalS,
    pingTimeout: details.pingTimeoutS,
    clientConfiguration: configurationOf(details),
    // Without a list of codecs livekit-client waits for TrackPublishedResponse before it makes its offer.
    enabledPublishCodecs: [],
    fastPublish: false,
  });

/** Returns the answer to a client's return; the client resends the reliable packets after `lastMessageSeq`. */
export const reconnectResponseOf = (details: ServerDetails, lastMessageSeq: number): ReconnectResponse =>
  new ReconnectResponse({
    iceServers: iceServersOf(details),
    clientConfiguration: configurationOf(details),
    serverInfo: serverInfoOf(details),
    lastMessageSeq,
  });

const serverInfoOf = ({ region, nodeId }: ServerDetails): ServerInfo =>
  new ServerInfo({ version: serverVersion, protocol: serverProtocol, region, nodeId });

const iceServersOf = ({ iceServers }: ServerDetails): ICEServer[] =>
  iceServers.map(
    ({ urls, username, credential }) =>
      new ICEServer({ urls: [...(urls ?? [])], username: username ?? '', credential: credential ?? '' }),
  );

const configurationOf = ({ canResume }: ServerDetails): ClientConfiguration =>
  new ClientConfiguration({
    resumeConnection: canResume ? ClientConfigSetting.ENABLED : ClientConfigSetting.DISABLED,
  });
