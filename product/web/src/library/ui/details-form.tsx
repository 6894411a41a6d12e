import { LoaderCircle } from 'lucide-react';
import { type FormEvent, useState } from 'react';
import { codeOf } from '../../account/api.ts';
import { Field, Labelled } from '../../account/ui/fields.tsx';
import { clockText } from '../../core/clock.ts';
import type { LibraryApi, VersionedItem } from '../api.ts';
import { readChapters, withChapter } from '../core/chapters.ts';
import {
  changeOf,
  DESCRIPTION_CHARACTERS_MAX,
  type Draft,
  draftOf,
  problemsOf,
  TITLE_CHARACTERS_MAX,
} from '../core/draft.ts';
import { Trouble } from './trouble.tsx';
import { useWords, type Words } from './use-words.ts';

interface DetailsFormProps {
  found: VersionedItem;
  api: LibraryApi;
  /** Position of the player; undefined without a player. */
  atMs: (() => number) | undefined;
  onSaved(found: VersionedItem): void;
  /** Loads the current version and discards the edits. */
  onReload(): Promise<void>;
}

export function DetailsForm({ found, api, atMs, onSaved, onReload }: DetailsFormProps) {
  const words = useWords();
  const { say } = words;
  const { item, etag } = found;
  const [draft, setDraft] = useState<Draft>(() => draftOf(item));
  const [state, setState] = useState<{ isBusy?: boolean; isSaved?: boolean; problem?: unknown }>({});
  const problems = problemsOf(draft);
  const change = problems.length === 0 ? changeOf(draft, item) : undefined;
  const type = (typed: Partial<Draft>): void => {
    setDraft({ ...draft, ...typed });
    setState({});
  };
  const save = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    if (change === undefined) return;
    setState({ isBusy: true });
    try {
      const saved = await api.change(item.id, change, etag);
      setDraft(draftOf(saved.item));
      setState({ isSaved: true });
      onSaved(saved);
    } catch (problem) {
      setState({ problem });
    }
  };
  return (
    <form className="library-form grid gap-3" data-testid="details-form" onSubmit={(event) => void save(event)}>
      <Field
        label={say('field.title')}
        value={draft.title}
        maxLength={TITLE_CHARACTERS_MAX}
        error={problems.includes('title') ? say('field.titleMissing') : undefined}
        onText={(title) => type({ title })}
      />
      <TextArea
        label={say('field.description')}
        value={draft.description}
        rows={3}
        maxLength={DESCRIPTION_CHARACTERS_MAX}
        onText={(description) => type({ description })}
      />
      <Field
        label={say('field.tags')}
        value={draft.tags}
        hint={say('field.tagsHint')}
        error={problems.includes('tags') ? say('field.tagsWrong') : undefined}
        onText={(tags) => type({ tags })}
      />
      {atMs === undefined ? null : (
        <ChaptersField text={draft.chapters} atMs={atMs} onText={(chapters) => type({ chapters })} />
      )}
      <SaveProblem problem={state.problem} onReload={() => void onReload().then(() => setState({}))} />
      <div className="in-row justify-between gap-3">
        <span className="small faint" role="status">
          {state.isSaved ? say('saved') : ''}
        </span>
        <button
          type="submit"
          className="button primary"
          data-testid="save"
          disabled={change === undefined || state.isBusy === true}
        >
          {state.isBusy ? <LoaderCircle size={18} className="spinner" aria-hidden="true" /> : null}
          {say('save')}
        </button>
      </div>
    </form>
  );
}

function SaveProblem({ problem, onReload }: { problem: unknown; onReload(): void }) {
  const { say } = useWords();
  if (problem === undefined) return null;
  const isConflict = codeOf(problem) === 'VERSION_CONFLICT';
  return (
    <Trouble title={say(isConflict ? 'conflict' : 'saveFailed')} error={problem}>
      {isConflict ? (
        <button type="button" className="button small" data-testid="conflict-load" onClick={onReload}>
          {say('conflictLoad')}
        </button>
      ) : null}
    </Trouble>
  );
}

interface ChaptersProps {
  text: string;
  atMs(): number;
  onText(text: string): void;
}

function ChaptersField({ text, atMs, onText }: ChaptersProps) {
  const words = useWords();
  const { say } = words;
  const add = (): void => {
    const startMs = Math.floor(atMs() / 1000) * 1000;
    onText(withChapter(text, { startMs, title: say('chapters.newTitle') }));
  };
  return (
    <div className="library-chapters-field grid gap-2">
      <TextArea
        label={say('field.chapters')}
        value={text}
        rows={4}
        hint={say('field.chaptersHint')}
        error={chaptersProblem(text, words)}
        onText={onText}
      />
      <button type="button" className="button small quiet" onClick={add}>
        {say('chapters.addHere', { time: clockText(atMs()) })}
      </button>
    </div>
  );
}

function chaptersProblem(text: string, { say }: Words): string | undefined {
  const read = readChapters(text);
  return 'chapters' in read ? undefined : say(`chapters.${read.problem}`, { line: read.line });
}

interface TextAreaProps {
  label: string;
  value: string;
  rows: number;
  maxLength?: number;
  hint?: string;
  error?: string | undefined;
  onText(text: string): void;
}

function TextArea({ label, hint, error, onText, ...area }: TextAreaProps) {
  return (
    <Labelled {...{ label, hint, error }}>
      {(own) => <textarea {...area} {...own} className="input area" onChange={(event) => onText(event.target.value)} />}
    </Labelled>
  );
}
