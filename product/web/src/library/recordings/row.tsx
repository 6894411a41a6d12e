// A recording in a list: a link to its file, or its files by person, with its state and what may be done with it.
import { Film, Layers, type LucideIcon, Pencil, Share2, Trash2 } from 'lucide-react';
import { type FormEvent, type ReactNode, useState } from 'react';
import { useTexts } from '../../admin/text.ts';
import { clockText } from '../../core/clock.ts';
import { recordingNoteTexts, recordingOutputTexts, recordingStateTexts } from '../../core/messages/recording-states.ts';
import { recordingNotes, recordingState } from '../../core/recording-words.ts';
import { timeFormat } from '../../core/time-formats.ts';
import type { LibraryApi } from '../api.ts';
import { TITLE_CHARACTERS_MAX } from '../core/draft.ts';
import type { ListedRecording } from '../core/model.ts';
import { byPerson, titleOf } from '../core/recordings.ts';
import { includes } from '../core/rights.ts';
import { bytesText } from '../core/words.ts';
import { ShareDialog } from '../sharing/share-dialog.tsx';
import { Trouble } from '../ui/trouble.tsx';
import { useWords } from '../ui/use-words.ts';
import { recordingsTexts } from './text.ts';

interface RecordingRowProps {
  recording: ListedRecording;
  api: LibraryApi;
  timeZone: string;
  onChanged(): void;
  /** Puts the recording into the trash. Rejects with MeridianApiError. */
  onTrash(recording: ListedRecording, title: string): Promise<void>;
}

export function RecordingRow({ recording, api, timeZone, onChanged, onTrash }: RecordingRowProps) {
  const { say } = useTexts(recordingsTexts);
  const { say: sayOfLibrary } = useWords();
  const [open, setOpen] = useState<'' | 'share' | 'rename'>('');
  const [problem, setProblem] = useState<unknown>();
  const title = titleOf(recording);
  const { outputs, may, state } = recording;
  const [only] = outputs;
  const isOne = outputs.length === 1 && only !== undefined;
  const mayChange = includes(may, 'change');
  const trash = (): void => {
    setProblem(undefined);
    onTrash(recording, title).catch(setProblem);
  };
  return (
    <RecordingItem
      {...{ recording, timeZone }}
      title={
        open === 'rename' && isOne ? (
          <RenameForm
            {...{ api, title }}
            item={only.item}
            onDone={() => {
              setOpen('');
              onChanged();
            }}
            onCancel={() => setOpen('')}
          />
        ) : undefined
      }
      buttons={
        <>
          {outputs.length === 0 ? null : (
            <RowButton
              icon={Share2}
              label={say('shareOf', { title })}
              tip={sayOfLibrary('share')}
              onPress={() => setOpen('share')}
            />
          )}
          {isOne && mayChange ? (
            <RowButton
              icon={Pencil}
              label={say('renameOf', { title })}
              tip={sayOfLibrary('rename')}
              onPress={() => setOpen('rename')}
            />
          ) : null}
          {mayChange && state !== 'running' ? (
            <RowButton icon={Trash2} label={say('deleteOf', { title })} tip={sayOfLibrary('delete')} onPress={trash} />
          ) : null}
        </>
      }
    >
      {problem === undefined ? null : <Trouble title={sayOfLibrary('delete.failed')} error={problem} />}
      {open === 'share' ? (
        <ShareDialog
          {...{ title, api, timeZone }}
          items={outputs.map(({ item }) => item)}
          onClose={() => setOpen('')}
        />
      ) : null}
    </RecordingItem>
  );
}

interface RecordingItemProps {
  recording: ListedRecording;
  timeZone: string;
  /** Replaces the title. */
  title?: ReactNode;
  buttons: ReactNode;
  children?: ReactNode;
}

/** The row itself, without what is done by its buttons. */
export function RecordingItem({ recording, timeZone, title, buttons, children }: RecordingItemProps) {
  const [only] = recording.outputs;
  const isOne = recording.outputs.length === 1 && only !== undefined;
  const isTracks = recording.outputs.length > 1 || (recording.outputs.length === 0 && recording.mode === 'tracks');
  const Icon = isTracks ? Layers : Film;
  const name = titleOf(recording);
  return (
    <li className="recording-row grid gap-2-3 items-center" data-testid="recording" data-state={recording.state}>
      <span className="recording-mark grid place-center rounded-s bg-raised text-faint">
        <Icon size={24} aria-hidden="true" />
      </span>
      <div className="grid gap-4px min-w-0">
        {title ??
          (isOne && recording.trashedAt == null ? (
            <a className="recording-title weight-600 anywhere text-plain" href={`#${only.item}`}>
              {name}
            </a>
          ) : (
            <strong className="weight-600 anywhere">{name}</strong>
          ))}
        <Facts {...{ recording, timeZone }} />
        <StateLine recording={recording} />
        {recording.outputs.length > 1 && recording.trashedAt == null ? <Files recording={recording} /> : null}
      </div>
      <div className="recording-buttons flex">{buttons}</div>
      {children === undefined ? null : <div className="recording-more col-all">{children}</div>}
    </li>
  );
}

function Facts({ recording, timeZone }: Pick<RecordingItemProps, 'recording' | 'timeZone'>) {
  const { say, locale } = useTexts(recordingsTexts);
  const { byName, room, title, startedAt, durationMs, bytes } = recording;
  const facts = [
    timeFormat('dateTime', { locale, timeZone })(Date.parse(startedAt)),
    durationMs === null ? '' : clockText(durationMs),
    bytes === null ? '' : bytesText(bytes, locale),
    byName === null ? say('byNone') : say('by', { name: byName }),
    title === '' || title === titleOf(recording) ? '' : title,
    titleOf(recording) === room ? '' : room,
  ].filter((fact) => fact !== '');
  return (
    <span className="flex flex-wrap gap-2px-3 text-faint text-s anywhere">
      {facts.map((fact) => (
        <span key={fact}>{fact}</span>
      ))}
    </span>
  );
}

function StateLine({ recording }: Pick<RecordingItemProps, 'recording'>) {
  const { say } = useTexts(recordingsTexts);
  const states = useTexts(recordingStateTexts);
  const notes = useTexts(recordingNoteTexts);
  const { key, values, tone } = recordingState(recording);
  const done = recording.state === 'finishing' ? recording.task : null;
  return (
    <>
      {key === 'trashed' ? null : (
        <span className="recording-state text-s weight-600" data-tone={tone} data-testid="recording-state">
          {states.say(key, values)}
        </span>
      )}
      {done?.state === 'running' ? (
        <progress
          className="upload-bar w-full overflow-hidden border-0 rounded-full bg-raised"
          max={1}
          value={done.done}
          aria-label={say('progress', { title: titleOf(recording) })}
        />
      ) : null}
      {recordingNotes(recording).map((note) => (
        <span key={note.key} className="text-s text-soft">
          {notes.say(note.key, note.values)}
        </span>
      ))}
    </>
  );
}

function Files({ recording: { outputs } }: Pick<RecordingItemProps, 'recording'>) {
  const { say } = useTexts(recordingsTexts);
  const sources = useTexts(recordingOutputTexts);
  return (
    <details className="recording-files" data-testid="recording-files">
      <summary className="text-s weight-600">{say('files', { count: outputs.length })}</summary>
      <dl>
        {byPerson(outputs).map(({ person, files }) => (
          <div key={files[0]?.item} className="grid">
            <dt className="ellipsis">{person === '' ? say('everybody') : person}</dt>
            {files.map(({ item, source, durationMs }) => (
              <dd key={item}>
                <a href={`#${item}`} className="in-row justify-between gap-3">
                  {sources.say(`source.${source}`)}
                  <span className="text-faint tabular">{clockText(durationMs)}</span>
                </a>
              </dd>
            ))}
          </div>
        ))}
      </dl>
    </details>
  );
}

interface RowButtonProps {
  icon: LucideIcon;
  /** Accessible name, with the title of the row. */
  label: string;
  tip: string;
  onPress(): void;
}

function RowButton({ icon: Icon, label, tip, onPress }: RowButtonProps) {
  return (
    <button type="button" className="icon-button bare" aria-label={label} title={tip} onClick={onPress}>
      <Icon size={18} aria-hidden="true" />
    </button>
  );
}

interface RenameFormProps {
  api: LibraryApi;
  item: string;
  title: string;
  onDone(): void;
  onCancel(): void;
}

function RenameForm({ api, item, title, onDone, onCancel }: RenameFormProps) {
  const { say } = useTexts(recordingsTexts);
  const { say: sayOfLibrary } = useWords();
  const [typed, setTyped] = useState(title);
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<unknown>();
  const save = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    setBusy(true);
    setProblem(undefined);
    try {
      const { etag } = await api.item(item);
      await api.change(item, { title: typed.trim() }, etag);
      onDone();
    } catch (error) {
      setProblem(error);
      setBusy(false);
    }
  };
  return (
    <form className="flex flex-wrap gap-2" data-testid="rename" onSubmit={(event) => void save(event)}>
      <input
        // biome-ignore lint/a11y/noAutofocus: the person has just asked to type here
        autoFocus
        className="input flex-1"
        aria-label={say('newName', { title })}
        maxLength={TITLE_CHARACTERS_MAX}
        value={typed}
        onChange={(event) => setTyped(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === 'Escape') onCancel();
        }}
      />
      <button type="submit" className="button small primary" disabled={isBusy || typed.trim() === ''}>
        {sayOfLibrary('save')}
      </button>
      <button type="button" className="button small quiet" onClick={onCancel}>
        {sayOfLibrary('cancel')}
      </button>
      {problem === undefined ? null : <Trouble title={say('renameFailed')} error={problem} />}
    </form>
  );
}
