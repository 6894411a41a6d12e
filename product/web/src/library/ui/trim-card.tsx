// Trim of an item below its player: two ends to move, previews of both in the player, and the progress of the cut.
import { Play, Scissors, Undo2 } from 'lucide-react';
import { type CSSProperties, useEffect, useState } from 'react';
import { clockText } from '../../core/clock.ts';
import type { LibraryApi } from '../api.ts';
import type { Item, Trim } from '../core/model.ts';
import { isWhole, ofOriginal, withEnd } from '../core/trim.ts';
import { Trouble } from './trouble.tsx';
import { useWords } from './use-words.ts';

/** Length of the preview before the end. */
const PREVIEW_MS = 3000;
/** Step of the ends by the arrow keys. */
const STEP_MS = 100;

export interface TrimmedPlayer {
  /** Position of the player. */
  atMs(): number;
  playFrom(ms: number): void;
  pause(): void;
}

interface TrimCardProps {
  item: Item;
  api: LibraryApi;
  player: TrimmedPlayer;
  /** Position of the player at the last render. */
  nowMs: number;
  isOpen: boolean;
  onChanged(): Promise<unknown>;
}

/** Renders nothing of an item that is whole, unless `isOpen`. */
export function TrimCard({ item, api, player, nowMs, isOpen, onChanged }: TrimCardProps) {
  const { say, reasonOf } = useWords();
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<unknown>();
  const { trim, trimming, trimFailure } = item;
  if (!isOpen && trim === undefined && trimming === undefined && trimFailure === undefined) return null;
  const act = async (call: () => Promise<void>): Promise<void> => {
    setBusy(true);
    setProblem(undefined);
    try {
      await call();
      await onChanged();
    } catch (error) {
      setProblem(error);
    }
    setBusy(false);
  };
  const undo = (
    <button
      type="button"
      className="button small justify-self-start"
      disabled={isBusy}
      data-testid="trim-undo"
      onClick={() => void act(() => api.undoTrim(item.id))}
    >
      <Undo2 size={16} aria-hidden="true" />
      {say(trimming === undefined ? 'trim.undo' : 'trim.stop')}
    </button>
  );
  return (
    <section className="library-card grid gap-3" aria-label={say('trim')} data-testid="trim">
      <h2>{say('trim')}</h2>
      {trimFailure === undefined ? null : (
        <p className="field-error" role="alert">
          {say('trim.lost')}: {reasonOf(trimFailure)}
        </p>
      )}
      {trimming === undefined ? null : (
        <>
          <p role="status">
            {trimming.state === 'waiting'
              ? say('trim.waiting')
              : say('trim.running', { percent: Math.floor(trimming.done * 100) })}
          </p>
          <progress
            className="upload-bar w-full overflow-hidden border-0 rounded-full bg-raised"
            max={1}
            value={trimming.done}
            aria-label={say('trim')}
          />
          {undo}
        </>
      )}
      {trimming !== undefined || trim === undefined ? null : (
        <>
          <p>{say('trim.trimmed', { from: clockText(trim.fromMs), to: clockText(trim.toMs) })}</p>
          {undo}
        </>
      )}
      {isOpen && trimming === undefined ? (
        <Ends
          {...{ player, nowMs, isBusy }}
          durationMs={item.media?.durationMs ?? 0}
          onSave={(kept) => void act(() => api.trim(item.id, ofOriginal(kept, item)))}
        />
      ) : null}
      {problem === undefined ? null : <Trouble title={say('trim.failed')} error={problem} />}
    </section>
  );
}

interface EndsProps extends Pick<TrimCardProps, 'player' | 'nowMs'> {
  durationMs: number;
  isBusy: boolean;
  onSave(kept: Trim): void;
}

function Ends({ player, nowMs, durationMs, isBusy, onSave }: EndsProps) {
  const { say } = useWords();
  const [kept, setKept] = useState<Trim>({ fromMs: 0, toMs: durationMs });
  /** Time at which a preview of the end stops; undefined: no such preview. */
  const [stopMs, setStopMs] = useState<number>();
  useEffect(() => {
    if (stopMs === undefined || nowMs < stopMs) return;
    player.pause();
    setStopMs(undefined);
  }, [player, nowMs, stopMs]);
  const move = (end: keyof Trim, ms: number): void => setKept(withEnd(kept, end, ms, durationMs));
  const here = clockText(player.atMs());
  const style = { '--from': kept.fromMs / durationMs, '--to': kept.toMs / durationMs } as CSSProperties;
  return (
    <>
      <p className="faint small">{say('trim.lead')}</p>
      <div className="trim-ends relative" style={style}>
        {(['fromMs', 'toMs'] as const).map((end) => (
          <input
            key={end}
            type="range"
            min={0}
            max={durationMs}
            step={STEP_MS}
            value={kept[end]}
            aria-label={say(end === 'fromMs' ? 'trim.from' : 'trim.to')}
            aria-valuetext={clockText(kept[end])}
            data-testid={`trim-${end}`}
            onChange={(event) => move(end, Number(event.target.value))}
          />
        ))}
      </div>
      <p className="text-s tabular" role="status" data-testid="trim-kept">
        {say('trim.kept', {
          from: clockText(kept.fromMs),
          to: clockText(kept.toMs),
          length: clockText(kept.toMs - kept.fromMs),
        })}
      </p>
      <div className="flex flex-wrap gap-2">
        <button type="button" className="button small quiet" onClick={() => move('fromMs', player.atMs())}>
          {say('trim.fromHere', { time: here })}
        </button>
        <button type="button" className="button small quiet" onClick={() => move('toMs', player.atMs())}>
          {say('trim.toHere', { time: here })}
        </button>
        <button
          type="button"
          className="button small quiet"
          onClick={() => {
            setStopMs(undefined);
            player.playFrom(kept.fromMs);
          }}
        >
          <Play size={16} aria-hidden="true" />
          {say('trim.previewFrom')}
        </button>
        <button
          type="button"
          className="button small quiet"
          onClick={() => {
            setStopMs(kept.toMs);
            player.playFrom(Math.max(kept.fromMs, kept.toMs - PREVIEW_MS));
          }}
        >
          <Play size={16} aria-hidden="true" />
          {say('trim.previewTo')}
        </button>
      </div>
      <button
        type="button"
        className="button primary justify-self-start"
        disabled={isBusy || isWhole(kept, durationMs)}
        data-testid="trim-save"
        onClick={() => onSave(kept)}
      >
        <Scissors size={18} aria-hidden="true" />
        {say('trim.save')}
      </button>
    </>
  );
}
