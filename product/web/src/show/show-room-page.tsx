import { useEffect, useState } from 'react';
import type { MeetingState } from '../core/meeting.ts';
import type { MeetingController } from '../room/meeting-controller.ts';
import type { Preview } from '../room/preview.ts';
import { ShowPage } from './page.tsx';
import { ShowPlayer } from './show-player.ts';

interface ShowRoomPageProps {
  readonly state: MeetingState;
  readonly controller: MeetingController;
  readonly preview: Preview;
}

export default function ShowRoomPage({ state, controller, preview }: ShowRoomPageProps) {
  const [player] = useState(() => new ShowPlayer(controller.playPorts));
  useEffect(() => {
    if (window.meridian !== undefined) window.meridian.player = player;
  }, [player]);
  return (
    <ShowPage
      state={state}
      actions={controller}
      desk={controller.show}
      player={player}
      preview={preview}
      title={state.room}
      onStage={controller.goOnStage}
    />
  );
}
