// Player of video or sound with qualities and speeds; falls back to the original file.
import { History } from 'lucide-react';
import { type ReactNode, type RefObject, useEffect, useState } from 'react';
import { clockText } from '../../core/clock.ts';
import { continueAt } from '../core/continue.ts';
import type { PlayedItem, PlayLink } from '../core/model.ts';
import type { Speaker } from '../core/speakers.ts';
import '../player.css';
import type { DanmakuSwitch } from './chat.tsx';
import { KindIcon } from './kind-icon.tsx';
import { QualityChoice, SpeedChoice } from './player-bar.tsx';
import type { CaptionTrack } from './use-captions.ts';
import { play, useControls } from './use-controls.ts';
import { type MediaState, useMedia } from './use-media.ts';
import { usePlayback, useThumbnails } from './use-playback.ts';
import { usePlayerWords } from './use-player-words.ts';
import { VideoFrame } from './video-frame.tsx';

export interface MediaPlayerProps {
  item: PlayedItem;
  link: PlayLink;
  media: RefObject<HTMLMediaElement | null>;
  tracks: readonly CaptionTrack[];
  note: ReactNode;
  /** Layer over the picture. */
  layer?: ReactNode;
  danmaku?: DanmakuSwitch | undefined;
  /** Chosen speaker, whose moments are marked on the bar. */
  speaker?: Speaker | undefined;
  /** Function that stays the same between renders. */
  newLink(): Promise<PlayLink>;
  onTime(ms: number): void;
  /** Called when neither renditions nor the file play. `isRefused`: no link is to be had any more. */
  onFailed(isRefused: boolean): void;
}

export function MediaPlayer(props: MediaPlayerProps) {
  const { item, link, media, tracks, note, layer, danmaku, speaker, newLink, onTime, onFailed } = props;
  const knownMs = item.media?.durationMs ?? 0;
  // Kept from the first link: a newer link contains the current position.
  const [startMs] = useState(() => continueAt(link.positionMs, knownMs) ?? 0);
  const { playback, ...state } = usePlayback({ media, link, startMs, newLink, onFailed });
  const elementState = useMedia(media);
  const mediaState: MediaState =
    elementState.durationMs > 0 ? elementState : Object.assign({}, elementState, { durationMs: knownMs });
  const [isContinued, setContinued] = useContinued(startMs > 0, elementState.isPlaying);
  const controls = useControls(media, () => setContinued(false));
  const thumbnailAt = useThumbnails(playback, link.thumbnailsUrl);
  const quality = Object.assign({ choose: (one: typeof state.chosen) => playback?.choose(one) }, state);
  const src = state.isPlaylist ? undefined : state.fileUrl;
  const onError = (): void => playback?.fileFailed();
  const fromStart = (): void => {
    controls.seek(0);
    if (media.current !== null) play(media.current);
  };
  const overlay = isContinued ? <ResumeNotice ms={startMs} onFromStart={fromStart} /> : null;
  const timed = { onTime: () => onTime((media.current?.currentTime ?? 0) * 1000) };
  if (item.kind !== 'audio')
    return (
      <div className="grid one-column gap-2">
        <VideoFrame
          {...{ item, media, mediaState, controls, quality, tracks, thumbnailAt, src, layer, overlay, onError }}
          {...{ danmaku, speaker }}
          {...timed}
          poster={link.coverUrl}
        />
        <Note>{note}</Note>
      </div>
    );
  return (
    <div className="grid one-column gap-2">
      <div className="library-stage audio" data-testid="stage">
        {link.coverUrl === undefined ? <KindIcon kind="audio" size={44} /> : <img src={link.coverUrl} alt="" />}
        <audio
          ref={media as RefObject<HTMLAudioElement | null>}
          {...(src !== undefined && { src, onError })}
          controls
          preload="metadata"
          aria-label={item.title}
          onTimeUpdate={timed.onTime}
        />
        {overlay}
      </div>
      <div className="library-play-bar in-row justify-end gap-2">
        <Note>{note}</Note>
        <QualityChoice {...quality} />
        <SpeedChoice speed={mediaState.speed} onChoose={controls.setSpeed} />
      </div>
    </div>
  );
}

const Note = ({ children }: { children: ReactNode }) => (
  <div className="min-w-0 flex-1 text-faint text-s" role="status">
    {children}
  </div>
);

/** Time for which the notice is shown: long enough to read it and reach its button. */
const CONTINUED_MS = 10_000;

/** Shows the notice about the resumed position until playback has run for a while. */
function useContinued(isSo: boolean, isPlaying: boolean): [boolean, (isShown: boolean) => void] {
  const [isShown, setShown] = useState(isSo);
  useEffect(() => {
    if (!isShown || !isPlaying) return undefined;
    const timer = window.setTimeout(() => setShown(false), CONTINUED_MS);
    return () => window.clearTimeout(timer);
  }, [isShown, isPlaying]);
  return [isShown, setShown];
}

function ResumeNotice({ ms, onFromStart }: { ms: number; onFromStart(): void }) {
  const { say } = usePlayerWords();
  return (
    <div
      className="player-continued in-row flex-wrap justify-center gap-2-3 text-plain text-s tabular"
      data-testid="continued"
    >
      <span>{say('play.continues', { time: clockText(ms) })}</span>
      <button type="button" className="button small" data-testid="from-start" onClick={onFromStart}>
        <History size={16} aria-hidden="true" />
        {say('play.fromStart')}
      </button>
    </div>
  );
}
