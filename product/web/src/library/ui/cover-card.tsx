import { Camera, Image } from 'lucide-react';
import { useRef, useState } from 'react';
import { clockText } from '../../core/clock.ts';
import type { LibraryApi } from '../api.ts';
import type { Item, NewCover } from '../core/model.ts';
import { coverOf } from '../cover-picture.ts';
import { Trouble } from './trouble.tsx';
import { useWords } from './use-words.ts';

interface CoverCardProps {
  item: Item;
  api: LibraryApi;
  /** Position of the video; undefined for other items. */
  atMs: (() => number) | undefined;
  onChanged(): void;
}

export function CoverCard({ item, api, atMs, onChanged }: CoverCardProps) {
  const { say } = useWords();
  const input = useRef<HTMLInputElement>(null);
  const [state, setState] = useState<{ isBusy?: boolean; isDone?: boolean; isUnreadable?: boolean; problem?: unknown }>(
    {},
  );
  const set = async (cover: NewCover): Promise<void> => {
    setState({ isBusy: true });
    try {
      await api.setCover(item.id, cover);
      setState({ isDone: true });
      onChanged();
    } catch (problem) {
      setState({ problem });
    }
  };
  const choose = async (file: File | undefined): Promise<void> => {
    if (file === undefined) return;
    const image = await coverOf(file).catch((error: unknown) => {
      console.info('not a picture:', error);
      return undefined;
    });
    if (image === undefined) setState({ isUnreadable: true });
    else await set({ image });
  };
  return (
    <section className="library-card grid gap-3" aria-label={say('cover')}>
      <h2>{say('cover')}</h2>
      <div className="flex flex-wrap gap-2">
        <button
          type="button"
          className="button small"
          disabled={state.isBusy === true}
          onClick={() => input.current?.click()}
        >
          <Image size={16} aria-hidden="true" />
          {say('cover.choose')}
        </button>
        {atMs === undefined ? null : (
          <button
            type="button"
            className="button small"
            disabled={state.isBusy === true}
            data-testid="cover-here"
            onClick={() => void set({ atMs: Math.round(atMs()) })}
          >
            <Camera size={16} aria-hidden="true" />
            {say('cover.here', { time: clockText(atMs()) })}
          </button>
        )}
      </div>
      <input
        ref={input}
        type="file"
        accept="image/png,image/jpeg,image/webp"
        hidden
        onChange={(event) => {
          void choose(event.target.files?.[0]);
          event.target.value = '';
        }}
      />
      <p className={state.isUnreadable ? 'field-error' : 'small faint'} role="status">
        {state.isUnreadable ? say('cover.unreadable') : state.isDone ? say('cover.changed') : ''}
      </p>
      {state.problem === undefined ? null : <Trouble title={say('cover.failed')} error={state.problem} />}
    </section>
  );
}
