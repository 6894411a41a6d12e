// Maps the SDK's events to actions of the page.
import { type LocalTrack, type Participant, type Room, RoomEvent, type RoomEventMap } from '@meridian/sdk-web';
import type { ArrivalKey } from '../core/arrivals.ts';
import type { MeetingAction } from '../core/meeting.ts';
import type { Message } from '../core/messages/translate.ts';
import type { ChatLine } from '../core/model.ts';
import { decodeReaction, reactionTopic } from '../core/reactions.ts';
import type { ToastTone } from '../core/toasts.ts';
import { bindHistory } from './chat-history.ts';
import { bindPrivateChat } from './private-chat.ts';
import { hostingOf, isViewer } from './snapshot.ts';

export interface RoomListener {
  /** Whether the person is signed in, and so has a library. */
  readonly hasAccount: boolean;
  readonly dispatch: (action: MeetingAction) => void;
  readonly rosterChanged: () => void;
  readonly showChanged: () => void;
  readonly placementKnown: () => void;
  readonly devicesChanged: () => void;
  readonly deviceOpened: (track: LocalTrack) => void;
  readonly reconnected: () => void;
  readonly ownNameChanged: (name: string) => void;
  readonly roomEnded: (reason: string, error: Error | undefined) => void;
  readonly chat: () => readonly ChatLine[];
  isSwitching(part: 'microphone'): boolean;
}

/** Events that only update the roster. */
const rosterEvents = [
  RoomEvent.ParticipantMetadataChanged,
  RoomEvent.ParticipantAttributesChanged,
  RoomEvent.ParticipantPermissionsChanged,
  RoomEvent.TrackPublished,
  RoomEvent.TrackUnpublished,
  RoomEvent.TrackUnsubscribed,
  RoomEvent.TrackUnmuted,
  RoomEvent.TrackLayersChanged,
  RoomEvent.LocalTrackPublished,
  RoomEvent.LocalTrackUnpublished,
  RoomEvent.ActiveSpeakersChanged,
  RoomEvent.ConnectionQualityChanged,
  RoomEvent.ViewersChanged,
  RoomEvent.ParticipantRoleChanged,
  RoomEvent.ParticipantHandChanged,
  RoomEvent.RightsChanged,
] as const;

/** Listens to every event that the page shows. Returns a function that stops listening. */
export function bindRoom(room: Room, listener: RoomListener): () => void {
  const { dispatch, rosterChanged } = listener;
  const stops: (() => void)[] = [];
  const on = <K extends keyof RoomEventMap>(event: K, handler: (...args: RoomEventMap[K]) => void): void => {
    room.on(event, handler);
    stops.push(() => room.off(event, handler));
  };
  // Viewers cause no toast, since many come and go.
  const cameAndWent = (key: ArrivalKey, one: Participant): void => {
    if (isViewer(one)) return;
    dispatch({ type: 'cameAndWent', key, identity: one.identity, name: nameOf(one), nowMs: performance.now() });
  };
  for (const event of rosterEvents) on(event, rosterChanged);
  bindConnection(on, listener);
  bindHosting(room, on, listener);
  on(RoomEvent.ParticipantNameChanged, (name, { isLocal }) => {
    rosterChanged();
    if (isLocal) listener.ownNameChanged(name);
  });
  on(RoomEvent.ParticipantConnected, (participant) => {
    rosterChanged();
    cameAndWent('toast.joined', participant);
  });
  on(RoomEvent.ParticipantDisconnected, (participant) => {
    rosterChanged();
    cameAndWent('toast.left', participant);
  });
  on(RoomEvent.TrackSubscribed, (_track, publication, participant) => {
    rosterChanged();
    if (publication.source === 'screen_share') cameAndWent('toast.sharing', participant);
  });
  on(RoomEvent.LocalTrackPublished, ({ track, source }) => {
    if (source === 'camera' || source === 'microphone') listener.deviceOpened(track);
  });
  on(RoomEvent.TrackMuted, (publication, participant) => {
    rosterChanged();
    if (!participant.isLocal || publication.source !== 'microphone' || listener.isSwitching('microphone')) return;
    // An ended track lost its device, which has a message of its own. A track that a host muted is still live.
    if (publication.track?.mediaStreamTrack.readyState === 'ended') return;
    dispatch({ type: 'toast', tone: 'warning', message: { key: 'toast.muted' }, nowMs: performance.now() });
  });
  on(RoomEvent.LocalTrackPublicationFailed, (_track, { code }) => {
    // Failures for other reasons show where publishing was requested.
    if (code !== 'QUOTA_EXCEEDED') return;
    const message = { key: 'toast.publishFailed' } as const;
    dispatch({ type: 'toast', tone: 'warning', message, code, nowMs: performance.now() });
  });
  on(RoomEvent.ChatMessage, (message, participant) => {
    const { id, text, wallMs } = message;
    const sender = {
      sessionId: participant?.sessionId ?? '',
      identity: participant?.identity ?? '',
      name: participant === undefined ? '?' : nameOf(participant),
    };
    dispatch({
      type: 'chat',
      line: { id, text, wallMs, ...sender, local: participant?.isLocal ?? false },
      nowMs: performance.now(),
    });
  });
  bindPrivateChat(on, (line) => dispatch({ type: 'chat', line, nowMs: performance.now() }));
  bindHistory(room, on, {
    chat: listener.chat,
    receive: (lines) => dispatch({ type: 'chatEarlier', lines }),
  });
  return () => {
    for (const stop of stops) stop();
  };
}

type On = <K extends keyof RoomEventMap>(event: K, listener: (...args: RoomEventMap[K]) => void) => void;

function bindConnection(on: On, listener: RoomListener): void {
  const { dispatch, rosterChanged } = listener;
  const connectionLost = (): void => dispatch({ type: 'reconnecting', nowMs: performance.now() });
  const mediaResumed = (): void => dispatch({ type: 'mediaResumed' });
  on(RoomEvent.MediaInterrupted, () => dispatch({ type: 'mediaInterrupted', nowMs: performance.now() }));
  on(RoomEvent.MediaResumed, mediaResumed);
  on(RoomEvent.Reconnecting, () => {
    connectionLost();
    mediaResumed(); // the old media is given up, and the next media is new
  });
  on(RoomEvent.SignalReconnecting, connectionLost);
  on(RoomEvent.Reconnected, () => {
    dispatch({ type: 'reconnected', nowMs: performance.now() });
    listener.placementKnown();
    listener.reconnected();
    rosterChanged();
  });
  on(RoomEvent.Disconnected, listener.roomEnded);
  on(RoomEvent.PlacementChanged, listener.placementKnown);
  on(RoomEvent.AudioPlaybackStatusChanged, (canPlay) => dispatch({ type: 'audioBlocked', blocked: !canPlay }));
  on(RoomEvent.MediaDevicesChanged, listener.devicesChanged);
  on(RoomEvent.ActiveDeviceChanged, listener.devicesChanged);
  on(RoomEvent.MediaDevicesError, (error, kind) => {
    if (error.code !== 'DEVICE_LOST') return; // other failures show where the page asked for the device
    const device = kind === 'videoinput' ? 'camera' : 'microphone';
    dispatch({ type: 'mediaProblem', device, problem: 'missing', nowMs: performance.now() });
    rosterChanged();
  });
}

function bindHosting(room: Room, on: On, listener: RoomListener): void {
  const { dispatch, rosterChanged, showChanged, hasAccount } = listener;
  const toast = (tone: ToastTone, message: Message, extra: { waitId?: string; detail?: Message } = {}): void =>
    dispatch({ type: 'toast', tone, message, ...extra, nowMs: performance.now() });
  const show = (): void => dispatch({ type: 'hosting', hosting: hostingOf(room) });
  on(RoomEvent.Waiting, ({ reason }) => dispatch({ type: 'waiting', reason }));
  on(RoomEvent.Connected, show);
  on(RoomEvent.Reconnected, show);
  on(RoomEvent.BreakOutsChanged, () => {
    show();
    rosterChanged();
  });
  let isRecorded = false;
  on(RoomEvent.RoomInfoChanged, () => {
    show();
    const wasRecorded = isRecorded;
    isRecorded = room.recordings.some(({ state }) => state === 'running');
    const isLead = ['host', 'cohost'].includes(room.localParticipant.role) || room.localParticipant.permissions.admin;
    if (wasRecorded && room.recordings.length === 0 && isLead)
      toast(
        'good',
        { key: 'toast.recorded' },
        { detail: { key: hasAccount ? 'toast.recordedWhere' : 'toast.recordedAsk' } },
      );
    showChanged();
  });
  on(RoomEvent.CrowdChanged, showChanged);
  let waited = 0;
  on(RoomEvent.LobbyChanged, (waiters) => {
    show();
    const newest = waiters.at(-1);
    if (room.waiterCount > waited && newest !== undefined)
      toast(
        'info',
        { key: newest.removed ? 'toast.waitingRemoved' : 'toast.waiting', values: { name: nameOf(newest) } },
        { waitId: newest.waitId },
      );
    waited = room.waiterCount;
  });
  on(RoomEvent.RightsChanged, (permissions, role) => {
    if (role === 'host' || role === 'cohost') toast('good', { key: `toast.role.${role}` });
    else if (!permissions.canPublish) toast('info', { key: 'toast.offStage' });
    else if (role === 'speaker') toast('good', { key: 'toast.onStage' });
  });
  on(RoomEvent.UnmuteAsked, (source, byIdentity) => {
    if (source !== 'microphone' && source !== 'camera') return;
    const by = room.getParticipantByIdentity(byIdentity);
    dispatch({ type: 'unmuteAsked', source, by: by === undefined ? '' : nameOf(by) });
  });
  on(RoomEvent.ParticipantHandChanged, (isRaised, participant) => {
    if (isRaised && !participant.isLocal) toast('info', { key: 'toast.hand', values: { name: nameOf(participant) } });
  });
  on(RoomEvent.DataReceived, (payload, participant, topic) => {
    const reaction = topic === reactionTopic ? decodeReaction(payload) : undefined;
    if (reaction === undefined || participant === undefined) return;
    dispatch({ type: 'reaction', sessionId: participant.sessionId, reaction, nowMs: performance.now() });
  });
}

interface Named {
  readonly name: string;
  readonly identity: string;
}

const nameOf = (one: Named): string => (one.name === '' ? one.identity : one.name);
