import { useEffect, useState, useSyncExternalStore } from 'react';
import { chooseRoom, type PageQuery, readTokenClaims } from './core/query.ts';
import { MeetingController } from './room/meeting-controller.ts';
import { readName, showRoomInAddress, storeName } from './room/page-memory.ts';
import { Preview } from './room/preview.ts';
import { randomRoom, randomText } from './room/random.ts';
import { Lobby, type LobbyProps } from './ui/lobby.tsx';
import { Meeting } from './ui/meeting.tsx';
import { Connecting, Ended } from './ui/notice-screens.tsx';

interface Page {
  query: PageQuery;
  room: string;
  name: string;
  roomFixed: boolean;
  controller: MeetingController;
  preview: Preview;
}

/** What the address asks for and what was used before. Called once per page. */
export function openPage(query: PageQuery): Page {
  const claims = query.token === undefined ? undefined : readTokenClaims(query.token);
  const room = chooseRoom(claims?.room, query.room) ?? randomRoom();
  const name = [query.name, claims?.name, readName()].find((one) => one !== undefined && one !== '') ?? '';
  return {
    query,
    room,
    name,
    roomFixed: claims !== undefined && claims.room !== '',
    controller: new MeetingController(query, room),
    preview: new Preview(),
  };
}

/** Goes straight into the room: `join=1`. Outside React, so that it happens once whatever React does. */
export function joinAtOnce(page: Page): void {
  const name = page.name === '' ? `Guest ${randomText(4)}` : page.name;
  enter(page, page.room, name, { camera: page.query.camera, microphone: page.query.microphone });
}

function enter(page: Page, room: string, name: string, options: { camera: boolean; microphone: boolean }): void {
  const { deviceIds } = page.preview;
  page.preview.close(); // some systems give a camera to one taker only
  storeName(name);
  showRoomInAddress(room);
  void page.controller.join({ room, name, ...options, deviceIds });
}

export function App({ page }: { page: Page }) {
  const { controller } = page;
  const state = useSyncExternalStore(controller.store.subscribe, controller.store.get);
  const canShare = typeof navigator.mediaDevices?.getDisplayMedia === 'function';
  useEffect(() => {
    document.title = state.phase.name === 'meeting' ? `${state.room} · Meridian` : 'Meridian';
  }, [state.phase.name, state.room]);
  switch (state.phase.name) {
    case 'lobby':
      return <LobbyPage page={page} problem={state.phase.problem} />;
    case 'connecting':
      return <Connecting room={state.room} onCancel={controller.backToLobby} />;
    case 'meeting':
      return <Meeting state={state} actions={controller} inviteUrl={controller.inviteUrl()} canShare={canShare} />;
    case 'ended':
      return (
        <Ended
          code={state.phase.code}
          room={state.room}
          onRejoin={controller.rejoin}
          onLobby={controller.backToLobby}
        />
      );
  }
}

function LobbyPage({ page, problem }: { page: Page; problem: LobbyProps['problem'] }) {
  const { controller, preview, query } = page;
  const model = useSyncExternalStore(preview.store.subscribe, preview.store.get);
  const [canJoin, setCanJoin] = useState(true);
  useEffect(() => {
    preview.open({ camera: query.camera, microphone: query.microphone });
    return () => preview.close();
  }, [preview, query]);
  useEffect(() => {
    let gone = false;
    controller.config().then(
      (config) => !gone && setCanJoin(config.devToken || query.token !== undefined),
      (error: unknown) => console.info('The page’s server does not answer; joining will ask again.', error),
    );
    return () => {
      gone = true;
    };
  }, [controller, query]);
  return (
    <Lobby
      initialRoom={controller.store.get().room}
      initialName={readName() ?? page.name}
      roomFixed={page.roomFixed}
      camera={model.camera}
      microphone={model.microphone}
      picture={model.picture}
      level={preview.level}
      devices={model.devices}
      problem={problem}
      canJoin={canJoin}
      onCamera={() => preview.toggle('camera')}
      onMicrophone={() => preview.toggle('microphone')}
      onSelectDevice={(kind, deviceId) => preview.select(kind, deviceId)}
      onPrepare={controller.prepare}
      onJoinExpected={controller.expectJoin}
      onJoin={(room, name) => {
        const options = { camera: isWanted(model.camera), microphone: isWanted(model.microphone) };
        enter(page, room, name, options);
      }}
    />
  );
}

const isWanted = (state: unknown): boolean => state === 'on' || state === 'starting';
