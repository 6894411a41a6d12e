import { useQueryClient } from '@tanstack/react-query';
import { Trash2, X } from 'lucide-react';
import { useState } from 'react';
import { Trouble } from './trouble.tsx';
import { useWords } from './use-words.ts';

/** Item or recording that was just put into the trash. */
export interface Trashed {
  readonly title: string;
  /** Rejects with MeridianApiError. */
  restore(): Promise<void>;
}

/** Stays until it is closed or used, since some people need long to reach it. */
export function UndoNote({ trashed, onGone }: { trashed: Trashed; onGone(): void }) {
  const { say } = useWords();
  const client = useQueryClient();
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<unknown>();
  const undo = async (): Promise<void> => {
    setBusy(true);
    setProblem(undefined);
    try {
      await trashed.restore();
      onGone();
      await client.invalidateQueries();
    } catch (error) {
      setProblem(error);
      setBusy(false);
    }
  };
  return (
    <div className="undo-note bordered rounded-m bg-surface shadow" data-testid="undo-note">
      <div className="in-row gap-3">
        <Trash2 size={18} className="flex-none text-faint" aria-hidden="true" />
        <p className="flex-1 min-w-0 anywhere" role="status">
          {say('trash.done', { title: trashed.title })}
        </p>
        <button
          type="button"
          className="button small flex-none"
          disabled={isBusy}
          data-testid="undo"
          onClick={() => void undo()}
        >
          {say('trash.undo')}
        </button>
        <button type="button" className="icon-button bare flex-none" aria-label={say('trash.close')} onClick={onGone}>
          <X size={18} aria-hidden="true" />
        </button>
      </div>
      {problem === undefined ? null : <Trouble title={say('trash.undoFailed')} error={problem} />}
    </div>
  );
}
