// Where in the video one is: what is loaded, chapters, and a small picture of where the pointer is.
import { type KeyboardEvent, type PointerEvent, useEffect, useState } from 'react';
import { chapterAt } from '../core/chapters.ts';
import type { Chapter } from '../core/model.ts';
import { soughtByKey } from '../core/seek.ts';
import { clockText } from '../core/words.ts';
import type { MediaNow } from './use-media.ts';
import type { ThumbnailAt } from './use-playback.ts';
import { useWords } from './use-words.ts';

interface SeekBarProps {
  now: MediaNow;
  chapters: readonly Chapter[];
  thumbnailAt: ThumbnailAt;
  onSeek(ms: number): void;
}

/** So long a place that a key chose is shown. */
const SHOWN_MS = 1500;

export function SeekBar({ now, chapters, thumbnailAt, onSeek }: SeekBarProps) {
  const { say } = useWords();
  const { ms, durationMs, loadedMs } = now;
  const { pointed, isDragged, ...handlers } = usePointed({ ms, durationMs, onSeek });
  const shownMs = isDragged && pointed !== undefined ? pointed : ms;
  const share = (part: number): string => `${durationMs > 0 ? Math.min(100, (part / durationMs) * 100) : 0}%`;
  return (
    <div
      className="player-seek relative rounded-s pointer"
      data-testid="seek-bar"
      data-dragged={isDragged ? '' : undefined}
      role="slider"
      tabIndex={0}
      aria-label={say('play.position')}
      aria-valuemin={0}
      aria-valuemax={Math.round(durationMs / 1000)}
      aria-valuenow={Math.round(shownMs / 1000)}
      aria-valuetext={say('play.positionOf', { at: clockText(shownMs), total: clockText(durationMs) })}
      {...handlers}
    >
      <div className="player-track absolute overflow-hidden">
        <span className="player-loaded" style={{ width: share(loadedMs) }} />
        <span className="player-done" style={{ width: share(shownMs) }} />
        {durationMs > 0
          ? chapters
              .filter(({ startMs }) => startMs > 0 && startMs < durationMs)
              .map(({ startMs }) => <span key={startMs} className="player-tick" style={{ left: share(startMs) }} />)
          : null}
      </div>
      <span className="player-knob absolute pointer-none" style={{ left: share(shownMs) }} />
      {pointed === undefined || durationMs === 0 ? null : (
        <Hint ms={pointed} share={pointed / durationMs} {...{ chapters, thumbnailAt }} />
      )}
    </div>
  );
}

type Moving = Pick<MediaNow, 'ms' | 'durationMs'> & Pick<SeekBarProps, 'onSeek'>;

/** The place that pointer or keys are at. A place that is drawn to is sought when the pointer is let go. */
function usePointed({ ms, durationMs, onSeek }: Moving) {
  const [pointed, setPointed] = useState<number>();
  const [isDragged, setDragged] = useState(false);
  const [byKey, setByKey] = useState(0);
  useEffect(() => {
    if (byKey === 0) return undefined;
    const timer = window.setTimeout(() => setPointed(undefined), SHOWN_MS);
    return () => window.clearTimeout(timer);
  }, [byKey]);
  const msAt = ({ clientX, currentTarget }: PointerEvent): number => {
    const { left, width } = currentTarget.getBoundingClientRect();
    return width === 0 ? 0 : Math.min(1, Math.max(0, (clientX - left) / width)) * durationMs;
  };
  const end = (): void => {
    setDragged(false);
    setPointed(undefined);
  };
  return {
    pointed,
    isDragged,
    onKeyDown: (event: KeyboardEvent): void => {
      const to = soughtByKey(event.key, ms, durationMs);
      if (to === undefined || event.altKey || event.ctrlKey || event.metaKey) return;
      event.preventDefault();
      event.stopPropagation();
      setPointed(to);
      setByKey((last) => last + 1);
      onSeek(to);
    },
    onPointerDown: (event: PointerEvent): void => {
      if (event.button !== 0) return;
      event.currentTarget.setPointerCapture(event.pointerId);
      setDragged(true);
      setPointed(msAt(event));
    },
    onPointerMove: (event: PointerEvent): void => setPointed(msAt(event)),
    onPointerUp: (event: PointerEvent): void => {
      if (isDragged) onSeek(msAt(event));
      end();
    },
    onPointerCancel: end,
    onPointerLeave: (): void => {
      if (!isDragged) setPointed(undefined);
    },
    onBlur: (): void => setPointed(undefined),
  };
}

type HintProps = Pick<SeekBarProps, 'chapters' | 'thumbnailAt'> & { ms: number; share: number };

/** What is there, above the pointer. */
function Hint({ ms, share, chapters, thumbnailAt }: HintProps) {
  const picture = thumbnailAt(ms);
  const chapter = chapters[chapterAt(chapters, ms)];
  return (
    <div
      className="player-hint absolute grid justify-items-center gap-2px rounded-s text-white text-xs pointer-none"
      style={{ left: `${share * 100}%`, transform: `translateX(${-share * 100}%)` }}
    >
      {picture === undefined ? null : (
        <div
          className="player-thumbnail"
          data-testid="thumbnail"
          style={{
            width: picture.width,
            height: picture.height,
            backgroundImage: `url("${picture.url}")`,
            backgroundPosition: `-${picture.x}px -${picture.y}px`,
          }}
        />
      )}
      <span className="player-hint-time tabular">{clockText(ms)}</span>
      {chapter === undefined ? null : <span className="player-hint-chapter ellipsis">{chapter.title}</span>}
    </div>
  );
}
