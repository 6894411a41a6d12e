import { LoaderCircle, Play } from 'lucide-react';
import { type ReactNode, type RefObject, type SyntheticEvent, useRef, useState } from 'react';
import { toggleFullScreen } from '../../ui/full-screen.ts';
import { useIdle } from '../../ui/use-playing.ts';
import type { Item } from '../core/model.ts';
import type { Speaker } from '../core/speakers.ts';
import type { DanmakuSwitch } from './chat.tsx';
import { KeysDialog } from './keys-dialog.tsx';
import { type CaptionMenu, PlayerBar, type QualityMenu } from './player-bar.tsx';
import { type CaptionTrack, useCaptions } from './use-captions.ts';
import { type Controls, usePlayerKeys } from './use-controls.ts';
import type { MediaState } from './use-media.ts';
import type { ThumbnailAt } from './use-playback.ts';
import { usePlayerWords } from './use-player-words.ts';
import { useSmallPicture } from './use-small-picture.ts';

interface VideoFrameProps {
  item: Pick<Item, 'title' | 'chapters'>;
  media: RefObject<HTMLMediaElement | null>;
  mediaState: MediaState;
  controls: Controls;
  quality: QualityMenu;
  tracks: readonly CaptionTrack[];
  thumbnailAt: ThumbnailAt;
  poster: string | undefined;
  /** Undefined: the playlist controls the element. */
  src: string | undefined;
  /** Layer over the picture, below the bar. */
  layer?: ReactNode;
  overlay: ReactNode;
  danmaku?: DanmakuSwitch | undefined;
  speaker?: Speaker | undefined;
  onTime(event: SyntheticEvent<HTMLMediaElement>): void;
  onError(): void;
}

export function VideoFrame(props: VideoFrameProps) {
  const {
    item,
    media,
    mediaState,
    controls,
    quality,
    tracks,
    thumbnailAt,
    poster,
    src,
    layer,
    overlay,
    danmaku,
    speaker,
    onTime,
    onError,
  } = props;
  const frame = useRef<HTMLElement>(null);
  const isIdle = useIdle(mediaState.isPlaying, frame);
  const captions = useCaptionMenu(tracks);
  const lines = useCaptions(media, tracks, captions.language);
  const small = useSmallPicture(media);
  const [areKeysShown, showKeys] = useState(false);
  usePlayerKeys({
    frame,
    media,
    durationMs: mediaState.durationMs,
    stops: speaker?.moments ?? item.chapters,
    controls,
    fullScreen: () => frame.current !== null && toggleFullScreen(frame.current),
    captions: captions.toggle,
    small: () => small?.toggle(),
    keys: () => showKeys(true),
  });
  return (
    <section
      ref={frame}
      className="library-frame relative bordered rounded-m"
      aria-label={item.title}
      data-testid="stage"
      data-idle={isIdle ? '' : undefined}
      data-at={mediaState.isWaiting ? 'waiting' : mediaState.isPlaying ? 'playing' : 'paused'}
    >
      <div className="video-box">
        <video
          ref={media as RefObject<HTMLVideoElement | null>}
          {...(src !== undefined && { src })}
          poster={poster}
          playsInline
          preload="metadata"
          tabIndex={-1}
          onTimeUpdate={onTime}
          onError={src === undefined ? undefined : onError}
        >
          {tracks.map(({ language, name, url }) => (
            <track key={url} kind="subtitles" src={url} srcLang={language} label={name} />
          ))}
        </video>
      </div>
      {layer}
      <PictureButton
        {...{ mediaState, controls, isIdle }}
        onFullScreen={() => frame.current && toggleFullScreen(frame.current)}
      />
      {lines.length === 0 ? null : (
        <div
          className="player-captions player-lines absolute grid justify-items-center text-center pointer-none"
          aria-live="off"
        >
          {lines.map((line) => (
            <span key={line}>{line}</span>
          ))}
        </div>
      )}
      {overlay}
      <PlayerBar
        {...{ frame, mediaState, thumbnailAt, controls, quality, captions, danmaku, small, speaker }}
        chapters={item.chapters}
        onKeys={() => showKeys(true)}
      />
      {areKeysShown ? <KeysDialog onClose={() => showKeys(false)} /> : null}
    </section>
  );
}

/** Selects captions in the page's language, else the first. */
function useCaptionMenu(tracks: readonly CaptionTrack[]): CaptionMenu {
  const { locale } = usePlayerWords();
  const [language, choose] = useState('');
  const own = tracks.find((track) => track.language.split('-')[0] === locale.split('-')[0]) ?? tracks[0];
  return { tracks, language, choose, toggle: () => choose(language === '' ? (own?.language ?? '') : '') };
}

type PictureButtonProps = Pick<VideoFrameProps, 'mediaState' | 'controls'> & { isIdle: boolean; onFullScreen(): void };

/** The picture as a button: a click plays or pauses; a touch first shows the bar. */
function PictureButton({ mediaState, controls, isIdle, onFullScreen }: PictureButtonProps) {
  const { say } = usePlayerWords();
  const opensBar = useRef(false);
  return (
    <button
      type="button"
      className="player-touch absolute inset-0 grid place-center p-0 border-0 bg-none text-white"
      tabIndex={-1}
      aria-label={say(mediaState.isPlaying ? 'play.pause' : 'play.play')}
      data-testid="picture"
      onPointerDownCapture={({ pointerType }) => {
        opensBar.current = pointerType === 'touch' && isIdle;
      }}
      onClick={() => {
        if (!opensBar.current) controls.toggle();
      }}
      onDoubleClick={onFullScreen}
    >
      {mediaState.isWaiting ? (
        <LoaderCircle size={44} className="spinner player-waiting" role="status" aria-label={say('play.loading')} />
      ) : mediaState.hasBegun ? null : (
        <span className="player-begin grid place-center">
          <Play size={34} fill="currentColor" aria-hidden="true" />
        </span>
      )}
    </button>
  );
}
