// The seek bar of a video or recording, with marks and a preview picture at the pointer.
import { type KeyboardEvent, type PointerEvent, type ReactNode, useEffect, useState } from 'react';
import { clockText } from '../core/clock.ts';
import { positionForKey } from '../core/seek.ts';
import './player-parts.css';

export interface SmallPicture {
  readonly url: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

interface SeekBarProps {
  ms: number;
  durationMs: number;
  loadedMs?: number;
  label: string;
  positionOf(clock: { at: string; total: string }): string;
  /** Whether it seeks during a drag, not only at its end. */
  seeksOnTheWay?: boolean;
  /** Content over the played part. */
  children: ReactNode;
  /** Returns the preview at a position. */
  hintAt(ms: number): { readonly picture?: SmallPicture | undefined; readonly text?: string | undefined };
  onSeek(ms: number): void;
}

const SHOWN_MS = 1500;

export function SeekBar({ ms, durationMs, loadedMs = 0, children, hintAt, ...props }: SeekBarProps) {
  const { pointed, isDragged, ...handlers } = usePointed({ ms, durationMs, ...props });
  const shownMs = isDragged && pointed !== undefined ? pointed : ms;
  const share = (part: number): string => `${durationMs > 0 ? Math.min(100, (part / durationMs) * 100) : 0}%`;
  return (
    <div
      className="seek-bar relative rounded-s pointer"
      data-dragged={isDragged ? '' : undefined}
      role="slider"
      tabIndex={0}
      aria-label={props.label}
      aria-valuemin={0}
      aria-valuemax={Math.round(durationMs / 1000)}
      aria-valuenow={Math.round(shownMs / 1000)}
      aria-valuetext={props.positionOf({ at: clockText(shownMs), total: clockText(durationMs) })}
      {...handlers}
    >
      <div className="seek-track absolute overflow-hidden">
        <span className="seek-loaded" style={{ width: share(loadedMs) }} />
        <span className="seek-done" style={{ width: share(shownMs) }} />
        {children}
      </div>
      <span className="seek-knob absolute pointer-none" style={{ left: share(shownMs) }} />
      {pointed === undefined || durationMs === 0 ? null : (
        <Hint ms={pointed} share={pointed / durationMs} {...hintAt(pointed)} />
      )}
    </div>
  );
}

/** Position of the pointer or the keys. */
function usePointed(o: Pick<SeekBarProps, 'ms' | 'durationMs' | 'seeksOnTheWay' | 'onSeek'>) {
  const { durationMs, onSeek } = o;
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
  const draw = (event: PointerEvent, isDrawn: boolean): void => {
    setPointed(msAt(event));
    if (isDrawn && o.seeksOnTheWay === true) onSeek(msAt(event));
  };
  const end = (): void => {
    setDragged(false);
    setPointed(undefined);
  };
  return {
    pointed,
    isDragged,
    onKeyDown: (event: KeyboardEvent): void => {
      const to = positionForKey(event.key, o.ms, durationMs);
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
      draw(event, true);
    },
    onPointerMove: (event: PointerEvent): void => draw(event, isDragged),
    onPointerUp: (event: PointerEvent): void => {
      if (isDragged && o.seeksOnTheWay !== true) onSeek(msAt(event));
      end();
    },
    onPointerCancel: end,
    onPointerLeave: (): void => {
      if (!isDragged) setPointed(undefined);
    },
    onBlur: (): void => setPointed(undefined),
  };
}

function Hint({ ms, share, picture, text }: ReturnType<SeekBarProps['hintAt']> & { ms: number; share: number }) {
  return (
    <div
      className="seek-hint absolute grid justify-items-center gap-4px rounded-s text-white text-xs pointer-none"
      style={{ left: `${share * 100}%`, transform: `translateX(${-share * 100}%)` }}
    >
      {picture === undefined ? null : (
        <div
          className="seek-picture"
          data-testid="thumbnail"
          style={{
            width: picture.width,
            height: picture.height,
            backgroundImage: `url("${picture.url}")`,
            backgroundPosition: `-${picture.x}px -${picture.y}px`,
          }}
        />
      )}
      <span className="seek-time tabular">{clockText(ms)}</span>
      {text === undefined ? null : <span className="seek-chapter ellipsis">{text}</span>}
    </div>
  );
}
