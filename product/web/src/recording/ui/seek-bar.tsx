// Where in the recording one is: chapters and holes, and a small picture of where the pointer is.
import { type KeyboardEvent, type PointerEvent, useRef, useState } from 'react';
import { chapterAt, clockText, spanOf } from '../core/timeline.ts';
import type { PlayerModel, RecordingPlayer } from '../player.ts';
import { useWords } from '../text.ts';
import type { SmallPictureAt } from './use-cues.ts';

export interface SeekBarProps {
  readonly player: RecordingPlayer;
  readonly model: PlayerModel;
  readonly smallPicture: SmallPictureAt;
}

export function SeekBar({ player, model, smallPicture }: SeekBarProps) {
  const { say } = useWords();
  const bar = useRef<HTMLDivElement>(null);
  /** Where the pointer is. */
  const [pointed, setPointed] = useState<number>();
  const [isDragged, setDragged] = useState(false);
  const { durationMs, chapters, holes } = player.recording;
  const msAt = ({ clientX }: PointerEvent): number => {
    const box = bar.current?.getBoundingClientRect();
    if (box === undefined || box.width === 0) return 0;
    return Math.min(1, Math.max(0, (clientX - box.left) / box.width)) * durationMs;
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const to = soughtByKey(event.key, model.ms, durationMs);
    if (to === undefined || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    event.stopPropagation();
    player.seek(to);
  };
  const end = (): void => {
    setDragged(false);
    setPointed(undefined);
  };
  return (
    <div
      ref={bar}
      className="seek-bar relative rounded-s pointer"
      data-dragged={isDragged ? '' : undefined}
      role="slider"
      tabIndex={0}
      aria-label={say('position')}
      aria-valuemin={0}
      aria-valuemax={Math.round(durationMs / 1000)}
      aria-valuenow={Math.round(model.ms / 1000)}
      aria-valuetext={say('positionOf', { at: clockText(model.ms), total: clockText(durationMs) })}
      onKeyDown={onKeyDown}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        setDragged(true);
        setPointed(msAt(event));
        player.seek(msAt(event));
      }}
      onPointerMove={(event) => {
        setPointed(msAt(event));
        if (isDragged) player.seek(msAt(event));
      }}
      onPointerUp={end}
      onPointerCancel={end}
      onPointerLeave={() => isDragged || setPointed(undefined)}
    >
      <div className="seek-track absolute overflow-hidden">
        <Span className="seek-done" from={0} width={spanOf({ ms: 0, durationMs: model.ms }, durationMs).width} />
        {holes.map((hole) => (
          <Span key={hole.ms} className="seek-hole" {...spanOf(hole, durationMs)} title={say('hole')} />
        ))}
        {chapters.map(({ ms, identity, kind }) => (
          <Span
            key={`${ms} ${kind} ${identity}`}
            className={`seek-tick ${kind}`}
            {...spanOf({ ms, durationMs: 0 }, durationMs)}
          />
        ))}
      </div>
      <Span className="seek-knob" from={spanOf({ ms: 0, durationMs: model.ms }, durationMs).width} width={0} />
      {pointed === undefined ? null : (
        <Hint ms={pointed} share={pointed / Math.max(1, durationMs)} player={player} smallPicture={smallPicture} />
      )}
    </div>
  );
}

function Span({ className, from, width, title }: { className: string; from: number; width: number; title?: string }) {
  return (
    <span
      className={className}
      title={title}
      style={{ left: `${from}%`, width: width === 0 ? undefined : `${width}%` }}
    />
  );
}

interface HintProps {
  readonly ms: number;
  readonly share: number;
  readonly player: RecordingPlayer;
  readonly smallPicture: SmallPictureAt;
}

/** What is there, above the pointer. */
function Hint({ ms, share, player, smallPicture }: HintProps) {
  const { say } = useWords();
  const { chapters, holes } = player.recording;
  const picture = smallPicture(ms);
  const chapter = chapters[chapterAt(chapters, ms)];
  const isHole = holes.some((hole) => hole.ms <= ms && ms < hole.ms + hole.durationMs);
  return (
    <div
      className="seek-hint absolute grid justify-items-center gap-4px rounded-s text-white text-xs pointer-none"
      style={{ left: `${share * 100}%`, transform: `translateX(${-share * 100}%)` }}
    >
      {picture === undefined || isHole ? null : (
        <div
          className="seek-picture"
          style={{
            width: picture.width,
            height: picture.height,
            backgroundImage: `url("${picture.url}")`,
            backgroundPosition: `-${picture.x}px -${picture.y}px`,
          }}
        />
      )}
      <span className="seek-time tabular">{clockText(ms)}</span>
      {isHole ? <span className="seek-chapter">{say('hole')}</span> : null}
      {isHole || chapter === undefined ? null : <span className="seek-chapter ellipsis">{chapter.title}</span>}
    </div>
  );
}

/** As sliders do. */
function soughtByKey(key: string, ms: number, durationMs: number): number | undefined {
  if (key === 'ArrowLeft' || key === 'ArrowDown') return ms - 5000;
  if (key === 'ArrowRight' || key === 'ArrowUp') return ms + 5000;
  if (key === 'PageDown') return ms - 60_000;
  if (key === 'PageUp') return ms + 60_000;
  if (key === 'Home') return 0;
  return key === 'End' ? durationMs : undefined;
}
