// Which event of the SDK means what to the page.
import { type Room, RoomEvent, type RoomEventMap } from '@meridian/sdk-web';
import type { MeetingController } from './meeting-controller.ts';

/** Events after which the roster is drawn anew and nothing else happens. */
const rosterEvents = [
  RoomEvent.ParticipantMetadataChanged,
  RoomEvent.ParticipantNameChanged,
  RoomEvent.ParticipantPermissionsChanged,
  RoomEvent.TrackPublished,
  RoomEvent.TrackUnpublished,
  RoomEvent.TrackUnsubscribed,
  RoomEvent.TrackUnmuted,
  RoomEvent.LocalTrackPublished,
  RoomEvent.LocalTrackUnpublished,
  RoomEvent.ActiveSpeakersChanged,
  RoomEvent.ConnectionQualityChanged,
] as const;

/** Listens to everything the page shows. The answer stops it. */
export function bindRoom(room: Room, controller: MeetingController): () => void {
  const { dispatch, rosterChanged } = controller;
  const stops: (() => void)[] = [];
  const on = <K extends keyof RoomEventMap>(event: K, listener: (...args: RoomEventMap[K]) => void): void => {
    room.on(event, listener);
    stops.push(() => room.off(event, listener));
  };
  for (const event of rosterEvents) on(event, rosterChanged);
  bindConnection(on, controller);
  on(RoomEvent.ParticipantConnected, (participant) => {
    rosterChanged();
    dispatch({ type: 'cameAndWent', key: 'toast.joined', name: nameOf(participant), nowMs: performance.now() });
  });
  on(RoomEvent.ParticipantDisconnected, (participant) => {
    rosterChanged();
    dispatch({ type: 'cameAndWent', key: 'toast.left', name: nameOf(participant), nowMs: performance.now() });
  });
  on(RoomEvent.TrackSubscribed, (_track, publication, participant) => {
    rosterChanged();
    if (publication.source !== 'screen_share') return;
    dispatch({ type: 'cameAndWent', key: 'toast.sharing', name: nameOf(participant), nowMs: performance.now() });
  });
  on(RoomEvent.TrackMuted, (publication, participant) => {
    rosterChanged();
    if (!participant.isLocal || publication.source !== 'microphone' || controller.isSwitching('microphone')) return;
    dispatch({ type: 'toast', tone: 'warning', message: { key: 'toast.muted' }, nowMs: performance.now() });
  });
  on(RoomEvent.ChatMessage, (message, participant) => {
    const { id, text, wallMs } = message;
    const who = {
      sessionId: participant?.sessionId ?? '',
      identity: participant?.identity ?? '',
      name: participant === undefined ? '?' : nameOf(participant),
    };
    dispatch({
      type: 'chat',
      line: { id, text, wallMs, ...who, local: participant?.isLocal ?? false },
      nowMs: performance.now(),
    });
  });
  return () => {
    for (const stop of stops) stop();
  };
}

type On = <K extends keyof RoomEventMap>(event: K, listener: (...args: RoomEventMap[K]) => void) => void;

function bindConnection(on: On, controller: MeetingController): void {
  const { dispatch, rosterChanged } = controller;
  on(RoomEvent.Reconnecting, () => dispatch({ type: 'reconnecting' }));
  on(RoomEvent.SignalReconnecting, () => dispatch({ type: 'reconnecting' }));
  on(RoomEvent.Reconnected, () => {
    dispatch({ type: 'reconnected', nowMs: performance.now() });
    controller.placementKnown();
    rosterChanged();
  });
  on(RoomEvent.Disconnected, (reason) => controller.roomEnded(reason));
  on(RoomEvent.PlacementChanged, controller.placementKnown);
  on(RoomEvent.AudioPlaybackStatusChanged, (canPlay) => dispatch({ type: 'audioBlocked', blocked: !canPlay }));
  on(RoomEvent.MediaDevicesChanged, controller.devicesChanged);
  on(RoomEvent.ActiveDeviceChanged, controller.devicesChanged);
  on(RoomEvent.MediaDevicesError, (error, kind) => {
    if (error.code !== 'DEVICE_LOST') return; // what our own calls reject with is told where they are made
    const device = kind === 'videoinput' ? 'camera' : 'microphone';
    dispatch({ type: 'mediaProblem', device, problem: 'missing', nowMs: performance.now() });
    rosterChanged();
  });
}

const nameOf = (one: { name: string; identity: string }): string => (one.name === '' ? one.identity : one.name);
