import { Room } from '@meridian/sdk-web';
import { lazy, memo, Suspense, useEffect, useRef, useState, useSyncExternalStore } from 'react';
import { windowTitleOf } from './core/branding.ts';
import { linkOfPath, numberText } from './core/join-link.ts';
import { initialMeeting, type MeetingState } from './core/meeting.ts';
import { chooseRoom, type PageQuery, readTokenClaims } from './core/query.ts';
import { JoinLink } from './room/join-link.ts';
import { MeetingController } from './room/meeting-controller.ts';
import { readName, showRoomInAddress, storeName } from './room/page-memory.ts';
import { Preview, type PreviewModel } from './room/preview.ts';
import { randomRoom, randomText } from './room/random.ts';
import { useAccent } from './ui/branding.tsx';
import { Lobby, type LobbyProps } from './ui/lobby.tsx';
import { Meeting as MeetingView } from './ui/meeting.tsx';
import { Connecting, Ended, Unsupported } from './ui/notice-screens.tsx';
import { HOME_PATH } from './ui/parts.tsx';
import { type LookupState, useLinkLookup } from './ui/use-link-lookup.ts';

/** Loaded only by viewers of a show, with its player. */
const ShowRoomPage = lazy(() => import('./show/show-room-page.tsx'));

const MemoLobby = memo(LobbyPage);
/** Before the join it has the same state all the time, and so is not rendered again. */
const Meeting = memo(MeetingView);
const meetingAhead = initialMeeting('');

interface Page {
  query: PageQuery;
  room: string;
  name: string;
  roomFixed: boolean;
  /** The link's room, '' or the number of a meeting; undefined when no link opened the page. */
  byLink: string | undefined;
  link: JoinLink | undefined;
  /** A signed-in visitor, whose account sets the name. */
  isSignedIn: boolean;
  controller: MeetingController;
  preview: Preview;
  /** A show's viewer, who needs no device. */
  isViewer: boolean;
}

/** Combines the URL's parameters with stored values. Called once per page. */
export function openPage(query: PageQuery, pathname: string): Page {
  const address = linkOfPath(pathname);
  const link = address === undefined ? undefined : new JoinLink(address);
  const claims = query.token === undefined ? undefined : readTokenClaims(query.token);
  const room = link === undefined ? (chooseRoom(claims?.room, query.room) ?? randomRoom()) : '';
  const controller = new MeetingController(query, room, link);
  const preview = new Preview(controller.effects);
  controller.previewTracks = () => preview.localTracks;
  const name = [query.name, claims?.name, readName()].find((one) => one !== undefined && one !== '') ?? '';
  return {
    query,
    room,
    name,
    roomFixed: claims !== undefined && claims.room !== '',
    isSignedIn: address !== undefined && 'ownMeeting' in address,
    byLink: address && ('number' in address ? numberText(address.number) : ''),
    link,
    controller,
    preview,
    isViewer: query.isViewer || claims?.mayPublish === false,
  };
}

/**
 * Enters the room directly for `join=1`. Outside React, so that it runs once whatever React renders. A browser without
 * support stays outside.
 */
export function joinAtOnce(page: Page): void {
  if (!Room.isSupported) return;
  const name = page.name === '' ? `Guest ${randomText(4)}` : page.name;
  enter(page, page.room, name, { camera: page.query.camera, microphone: page.query.microphone });
}

interface EnterOptions {
  camera: boolean;
  microphone: boolean;
  password?: string;
  /** Whether the name comes from the link; it is then not stored. */
  isNameOfLink?: boolean;
}

function enter(page: Page, room: string, name: string, { isNameOfLink = false, ...options }: EnterOptions): void {
  const { deviceIds } = page.preview;
  // Chromium shows black in place of a camera that has stopped, but keeps the last picture of a paused element.
  document.querySelector<HTMLVideoElement>('.video-box video')?.pause();
  page.preview.close(); // some systems give a camera to one application only
  if (!isNameOfLink) storeName(name);
  if (page.byLink === undefined) showRoomInAddress(room);
  void page.controller.join({ room, name, ...options, deviceIds });
}

export function App({ page }: { page: Page }) {
  const { controller } = page;
  const state = useSyncExternalStore(controller.store.subscribeByTask, controller.store.get);
  const lobby = useLobby(state.phase.name, controller.attempts);
  const canShare = typeof navigator.mediaDevices?.getDisplayMedia === 'function';
  const looked = useLinkLookup(page.link, state.phase.name === 'lobby');
  const look = looked?.state === 'known' ? looked.look : undefined;
  const title = look?.title ?? '';
  const heading = state.phase.name === 'meeting' ? state.room : title;
  const windowTitle = windowTitleOf(heading, look?.branding);
  useEffect(() => {
    document.title = windowTitle;
  }, [windowTitle]);
  useAccent(look?.branding?.accentColor ?? null);
  if (!Room.isSupported) return <Unsupported room={state.room} />;
  switch (state.phase.name) {
    case 'lobby':
    case 'connecting':
    case 'meeting':
      return (
        <>
          {lobby.isShown ? (
            <MemoLobby
              key={lobby.visit}
              page={page}
              problem={(state.phase.name === 'lobby' ? state.phase.problem : undefined) ?? refusalOf(looked)}
              looked={looked}
            />
          ) : null}
          {state.phase.name === 'connecting' && !lobby.isShown ? (
            <Connecting
              room={state.room === '' ? title : state.room}
              waiting={state.phase.waiting}
              times={state.times}
              branding={look?.branding}
              onCancel={controller.backToLobby}
            />
          ) : null}
          {state.show === 'crowd' ? (
            <Suspense fallback={null}>
              <ShowRoomPage state={state} controller={controller} preview={page.preview} />
            </Suspense>
          ) : (
            // Laid out unseen before the join, so that the main thread is free when media begins.
            <div className="meeting-layer absolute" data-ahead={state.phase.name === 'meeting' ? undefined : ''}>
              {/* Chromium parses its styles of media, and all that depend on them, at the page's first such element. */}
              <audio muted hidden />
              <Meeting
                state={state.phase.name === 'meeting' ? state : meetingAhead}
                actions={controller}
                canShare={canShare}
              />
            </div>
          )}
        </>
      );
    case 'ended':
      return (
        <Ended
          failure={state.phase}
          room={state.room}
          branding={look?.branding}
          meetingsPath={page.isSignedIn ? MEETINGS_PATH : undefined}
          onRejoin={controller.rejoin}
          onLobby={controller.backToLobby}
        />
      );
  }
}

/** Time for which the lobby stays after the click: a warm join is done by then, and shows nothing in between. */
const lobbyStaysMs = 100;

interface LobbyShown {
  phase: MeetingState['phase']['name'];
  isShown: boolean;
  /** Attempts to join before the lobby was entered: each entry has a lobby of its own. */
  visit: number;
}

/** Returns whether the lobby is shown: also at the begin of a join that it has started. */
function useLobby(phase: LobbyShown['phase'], attempts: number): LobbyShown {
  const [lobby, setLobby] = useState<LobbyShown>({ phase, isShown: phase === 'lobby', visit: attempts });
  const visit = phase === 'lobby' ? attempts : lobby.visit;
  if (phase !== lobby.phase || visit !== lobby.visit)
    setLobby({ phase, visit, isShown: phase === 'lobby' || (phase === 'connecting' && lobby.isShown) });
  useEffect(() => {
    if (phase !== 'connecting') return undefined;
    const timer = setTimeout(() => setLobby((known) => ({ ...known, isShown: known.phase === 'lobby' })), lobbyStaysMs);
    return () => clearTimeout(timer);
  }, [phase]);
  return lobby;
}

const MEETINGS_PATH = '/meetings';

/** Returns where a person goes whom the room refuses. */
const homeOf = ({ isSignedIn }: Page): LobbyProps['home'] =>
  isSignedIn ? { href: MEETINGS_PATH, isMeetings: true } : { href: HOME_PATH, isMeetings: false };

/** Returns the refusal that a lookup foresees, before any attempt to join; undefined without a refusal. */
const refusalOf = (looked: LookupState | undefined): LobbyProps['problem'] =>
  looked?.state === 'refused' ? { code: looked.code, foreseen: true } : undefined;

interface LobbyPageProps {
  page: Page;
  problem: LobbyProps['problem'];
  looked: LookupState | undefined;
}

function LobbyPage({ page, problem, looked }: LobbyPageProps) {
  const { controller, preview, query, byLink } = page;
  const model = usePreview(page);
  const [canJoin, setCanJoin] = useState(true);
  // Stays visible until the join, so that a wrong password can be corrected.
  const [asksPassword, setAsksPassword] = useState(false);
  if (problem?.code.startsWith('PASSWORD_') && !asksPassword) setAsksPassword(true);
  // A browser that has joined once is known to the service and needs no password.
  const look = looked?.state === 'known' ? looked.look : undefined;
  const isNeeded = look?.passwordNeeded === true;
  const isViewer = page.isViewer || look?.onlyWatches === true;
  // Whoever only watches needs no lobby; after a refusal the lobby shows the reason.
  const goesIn = look?.onlyWatches === true && !isNeeded && problem === undefined && Room.isSupported;
  useEffect(() => {
    if (goesIn && controller.lastOptions === undefined) joinAtOnce(page);
  }, [goesIn, controller, page]);
  // A camera that the visitor does not need stays off, so a link's lookup comes first.
  const isAsking = looked?.state === 'asking';
  useEffect(() => {
    if (isAsking) return undefined;
    // After an attempt the person's choice holds: a camera that was off stays off.
    const { camera, microphone } = controller.lastOptions ?? query;
    preview.open({ camera: camera && !isViewer, microphone: microphone && !isViewer });
    return () => preview.close();
  }, [controller, preview, query, isViewer, isAsking]);
  useEffect(() => {
    let isCancelled = false;
    controller.config().then(
      (config) => !isCancelled && setCanJoin(config.devToken || query.token !== undefined || byLink !== undefined),
      (error: unknown) => console.info('The page’s server does not answer; joining will ask again.', error),
    );
    return () => {
      isCancelled = true;
    };
  }, [controller, query, byLink]);
  return (
    <Lobby
      initialRoom={controller.store.get().room}
      initialName={readName() ?? page.name}
      initialPassword={controller.lastOptions?.password ?? ''}
      link={
        byLink === undefined
          ? undefined
          : {
              asksPassword: asksPassword || isNeeded,
              number: byLink,
              isNameFixed: page.isSignedIn && page.name !== '',
              looked,
            }
      }
      roomFixed={page.roomFixed}
      camera={model.camera}
      microphone={model.microphone}
      picture={model.picture}
      level={preview.level}
      devices={model.devices}
      tests={preview.tests}
      effects={controller.effects}
      problem={problem?.code === 'PASSWORD_NEEDED' ? undefined : problem}
      home={homeOf(page)}
      canJoin={canJoin}
      onCamera={() => preview.toggle('camera')}
      onMicrophone={() => preview.toggle('microphone')}
      onSelectDevice={(kind, deviceId) => preview.select(kind, deviceId)}
      onPrepare={controller.prepare}
      onJoinExpected={controller.expectJoin}
      onJoin={(room, name, password) => {
        // Whoever joins before the lookup's answer has no preview yet.
        const { camera, microphone } = isAsking
          ? (controller.lastOptions ?? query)
          : { camera: isWanted(model.camera), microphone: isWanted(model.microphone) };
        const options = { camera, microphone, password };
        enter(page, room, name, { ...options, isNameOfLink: look?.name !== undefined });
      }}
    />
  );
}

/** Returns the preview as it was before the join: its devices close at the click, but the lobby may stay longer. */
function usePreview({ controller, preview }: Page): PreviewModel {
  const current = useSyncExternalStore(preview.store.subscribe, preview.store.get);
  const shown = useRef(current);
  if (controller.store.get().phase.name === 'lobby') shown.current = current;
  return shown.current;
}

const isWanted = (state: unknown): boolean => state === 'on' || state === 'starting';
