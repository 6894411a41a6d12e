// Video or sound with its qualities and speeds. Where qualities do not play, the file itself does.
import { type ReactNode, type RefObject, useEffect, useRef, useState } from 'react';
import type { Item, ItemLink } from '../core/model.ts';
import { type Quality, speedsWith } from '../core/qualities.ts';
import { Playlist } from '../playlist.ts';
import { KindIcon } from './kind-icon.tsx';
import { useWords } from './use-words.ts';

interface MediaPlayerProps {
  item: Item;
  link: ItemLink;
  media: RefObject<HTMLMediaElement | null>;
  tracks: ReactNode;
  /** What stands beside the speed. */
  note: ReactNode;
  onTime(ms: number): void;
  /** The file itself does not play. */
  onFailed(): void;
}

export function MediaPlayer({ item, link, media, tracks, note, onTime, onFailed }: MediaPlayerProps) {
  const { isPlaylist, ...menu } = usePlaylist(media, link.playlistUrl);
  const [speed, setSpeed] = useState(1);
  const props = {
    // Without it the playlist has the element.
    ...(!isPlaylist && { src: link.url, onError: onFailed }),
    controls: true,
    preload: 'metadata',
    'aria-label': item.title,
    onTimeUpdate: () => onTime((media.current?.currentTime ?? 0) * 1000),
    onRateChange: () => setSpeed(media.current?.playbackRate ?? 1),
    children: tracks,
  } as const;
  const setRate = (rate: number): void => {
    // The default too: it counts for what the element loads next.
    if (media.current !== null) Object.assign(media.current, { defaultPlaybackRate: rate, playbackRate: rate });
  };
  return (
    <div className="library-player">
      <div className={`library-stage ${item.kind === 'audio' ? 'audio' : ''}`} data-testid="stage">
        {item.kind === 'audio' ? (
          <>
            <AudioCover link={link} />
            <audio {...props} ref={media as RefObject<HTMLAudioElement | null>} />
          </>
        ) : (
          <video
            {...props}
            ref={media as RefObject<HTMLVideoElement | null>}
            poster={item.cover === 'none' ? undefined : link.coverUrl}
            playsInline
          />
        )}
      </div>
      <div className="library-play-bar">
        <div className="library-play-note" role="status">
          {note}
        </div>
        <QualityChoice {...menu} />
        <SpeedChoice speed={speed} onChoose={setRate} />
      </div>
    </div>
  );
}

const AudioCover = ({ link: { coverUrl } }: { link: ItemLink }) =>
  coverUrl === undefined ? <KindIcon kind="audio" size={44} /> : <img src={coverUrl} alt="" />;

interface QualityMenu {
  qualities: readonly Quality[];
  /** Undefined: as the line allows. */
  chosen: Quality | undefined;
  /** The name of that which plays. */
  now: string;
  choose(quality: Quality | undefined): void;
}

function QualityChoice({ qualities, chosen, now, choose }: QualityMenu) {
  const { say } = useWords();
  if (qualities.length < 2) return null;
  const auto = now === '' || chosen !== undefined ? say('play.auto') : say('play.autoNow', { quality: now });
  return (
    <label className="library-play-choice">
      <span className="visually-hidden">{say('play.quality')}</span>
      <select
        className="select"
        data-testid="quality"
        value={chosen?.name ?? ''}
        onChange={({ target }) => choose(qualities.find(({ name }) => name === target.value))}
      >
        <option value="">{auto}</option>
        {qualities.map(({ name }) => (
          <option key={name} value={name}>
            {name}
          </option>
        ))}
      </select>
    </label>
  );
}

function SpeedChoice({ speed, onChoose }: { speed: number; onChoose(speed: number): void }) {
  const { say } = useWords();
  return (
    <label className="library-play-choice">
      <span className="visually-hidden">{say('play.speed')}</span>
      <select
        className="select"
        data-testid="speed"
        value={speed}
        onChange={({ target }) => onChoose(Number(target.value))}
      >
        {speedsWith(speed).map((one) => (
          <option key={one} value={one}>
            {one}×
          </option>
        ))}
      </select>
    </label>
  );
}

const none: Omit<QualityMenu, 'choose'> = { qualities: [], chosen: undefined, now: '' };

const noted = ['timeupdate', 'play', 'pause'] as const;

/** `isPlaylist`: it has the element; once it has failed, the file goes on where it was. */
function usePlaylist(
  media: RefObject<HTMLMediaElement | null>,
  url: string | undefined,
): QualityMenu & { isPlaylist: boolean } {
  const [failedUrl, setFailedUrl] = useState<string>();
  const [menu, setMenu] = useState(none);
  const playlist = useRef<Playlist>(undefined);
  const isPlaylist = url !== undefined && url !== failedUrl;
  useEffect(() => {
    const element = media.current;
    if (url === undefined || url === failedUrl || element === null) return undefined;
    let last = { atS: 0, isPlaying: false };
    const note = (): void => {
      last = { atS: element.currentTime, isPlaying: !element.paused };
    };
    for (const event of noted) element.addEventListener(event, note);
    const opened = new Playlist(element, url, {
      onQualities: (qualities) => setMenu((before) => ({ ...before, qualities })),
      onNow: (now) => setMenu((before) => ({ ...before, now })),
      onFailed: () => {
        goOn(element, last);
        setFailedUrl(url);
      },
    });
    playlist.current = opened;
    return () => {
      for (const event of noted) element.removeEventListener(event, note);
      opened.close();
      playlist.current = undefined;
      setMenu(none);
    };
  }, [media, url, failedUrl]);
  const choose = (chosen: Quality | undefined): void => {
    playlist.current?.choose(chosen);
    setMenu((before) => ({ ...before, chosen }));
  };
  return Object.assign({ choose, isPlaylist }, menu);
}

/** What is loaded next begins there. */
function goOn(
  element: HTMLMediaElement,
  { atS, isPlaying }: { readonly atS: number; readonly isPlaying: boolean },
): void {
  const begin = (): void => {
    element.currentTime = atS;
    if (isPlaying)
      element.play().catch((error: unknown) => console.info('the browser does not play by itself:', error));
  };
  element.addEventListener('loadedmetadata', begin, { once: true });
}
