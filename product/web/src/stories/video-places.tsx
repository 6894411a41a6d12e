// Places of moving pictures that no other story shows: the player of the library, and the preview of a viewer who
// is called onto the stage.
import { type ReactNode, useEffect, useMemo, useRef } from 'react';
import type { PreviewModel } from '../room/preview.ts';
import { Store } from '../room/store.ts';
import '../library/player.css';
import { VideoFrame } from '../library/ui/video-frame.tsx';
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
  'show-invited': () => <InvitedPicture />,
};
