// Places of moving pictures that no other story shows: the players of the library and of recordings, and the preview of
// a viewer who is called onto the stage.
import type { FinishedOutput } from '@meridian/protocol';
import { type ReactNode, useEffect, useMemo, useRef } from 'react';
import type { PreviewModel } from '../room/preview.ts';
import { Store } from '../room/store.ts';
import '../library/player.css';
import '../recording/recording.css';
import { VideoFrame } from '../library/ui/video-frame.tsx';
import { Stage } from '../recording/ui/stage.tsx';
import { Invited } from '../show/ui/invited.tsx';
import '../show/show.css';
import { six } from './people.ts';

const nothing = (): void => undefined;

const still = { isWaiting: false, hasEnded: false, ms: 0, volume: 1, isMuted: false, speed: 1 } as const;

function LibraryPicture() {
  const media = useRef<HTMLMediaElement>(null);
  useEffect(() => {
    const element = media.current;
    const source = six()[0]?.camera;
    if (element === null || source === undefined) return undefined;
    element.muted = true;
    element.autoplay = true;
    source.attach(element);
    return () => source.detach(element);
  }, []);
  return (
    <main className="account-main mx-auto">
      <VideoFrame
        item={{ title: 'Harbour tour', chapters: [] }}
        media={media}
        mediaState={{ ...still, isPlaying: true, hasBegun: true, durationMs: 60_000, loadedMs: 20_000 }}
        controls={{ toggle: nothing, seek: nothing, setVolume: nothing, toggleMuted: nothing, setSpeed: nothing }}
        quality={{ qualities: [], chosen: undefined, now: '', choose: nothing }}
        tracks={[]}
        thumbnailAt={() => undefined}
        poster={undefined}
        src={undefined}
        overlay={null}
        onTime={nothing}
        onError={nothing}
      />
    </main>
  );
}

const outputs = six()
  .slice(0, 4)
  .map(
    ({ identity, name }): FinishedOutput => ({
      name: identity,
      group: 'camera',
      identity,
      title: name,
      offsetMs: 0,
      durationMs: 60_000,
      hasPicture: true,
      hasSound: true,
      width: 1280,
      height: 720,
      mp4: { name: `${identity}.mp4`, bytes: 1, sha256: '', type: 'video/mp4' },
      hls: null,
      sprite: null,
    }),
  );

function RecordingPicture() {
  const elements = useMemo(
    () =>
      new Map(
        six().map(({ identity, camera }) => {
          const element = document.createElement('video');
          element.muted = true;
          element.autoplay = true;
          camera?.attach(element);
          return [identity, element];
        }),
      ),
    [],
  );
  return (
    <main className="recording-main mx-auto">
      <Stage
        player={{
          recording: { outputs, participants: [] },
          elementOf: (name) => elements.get(name),
          nowMs: () => 5000,
          toggle: nothing,
          choose: nothing,
        }}
        model={{
          ...still,
          ms: 5000,
          isPlaying: true,
          view: 'people',
          chosen: undefined,
          pictures: outputs.map(({ name }) => name),
        }}
        posts={[]}
        captions={[]}
      />
    </main>
  );
}

function InvitedPicture() {
  const preview = useMemo(() => {
    const camera = six()[0]?.camera;
    const model: PreviewModel = {
      camera: 'on',
      microphone: 'on',
      ...(camera && { picture: camera }),
      devices: {
        lists: { audioinput: [], videoinput: [], audiooutput: [] },
        selected: { audioinput: '', videoinput: '', audiooutput: '' },
        blocked: { audioinput: false, videoinput: false, audiooutput: false },
        outputSelectable: false,
      },
    };
    return {
      store: new Store(model),
      deviceIds: model.devices.selected,
      open: nothing,
      toggle: nothing,
      close: nothing,
    };
  }, []);
  return <Invited hostName="Mara" isGoing={false} preview={preview} onJoin={nothing} onDecline={nothing} />;
}

export const videoPlaceStories: Readonly<Record<string, () => ReactNode>> = {
  'library-picture': () => <LibraryPicture />,
  'recording-picture': () => <RecordingPicture />,
  'show-invited': () => <InvitedPicture />,
};
