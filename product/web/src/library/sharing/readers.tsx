// People and groups to whom items are given, and a field that finds more of them.
import { CalendarDays, type LucideIcon, Plus, User, Users, X } from 'lucide-react';
import { useEffect, useId, useState } from 'react';
import { Select } from '../../account/ui/fields.tsx';
import { useTexts } from '../../admin/text.ts';
import { useApiQuery } from '../../admin/ui/queries.ts';
import type { LibraryApi } from '../api.ts';
import type { Candidate, ItemReader, ReaderKind, Right } from '../core/model.ts';
import { Trouble } from '../ui/trouble.tsx';
import { sharingTexts } from './text.ts';

const rights: readonly Right[] = ['play', 'download', 'change'];
const icons: Readonly<Record<ItemReader['kind'], LucideIcon>> = { user: User, group: Users, meeting: CalendarDays };

interface ReadersProps {
  items: readonly string[];
  api: LibraryApi;
}

interface ReaderName {
  readonly kind: ReaderKind;
  readonly id: string;
}

export function Readers({ items, api }: ReadersProps) {
  const { say } = useTexts(sharingTexts);
  const [first = ''] = items;
  const { value: readers = [], problem, reload } = useApiQuery(['readers', first], () => api.readers(first));
  const [failure, setFailure] = useState<unknown>();
  const act = async (change: (item: string) => Promise<void>): Promise<void> => {
    setFailure(undefined);
    try {
      await Promise.all(items.map(change));
    } catch (error) {
      setFailure(error);
    }
    await reload();
  };
  const give = (reader: ReaderName, may: Right): void => void act((item) => api.setReader(item, reader, may));
  const shown = failure ?? problem;
  return (
    <section className="grid gap-3" aria-label={say('people')}>
      <div>
        <h3>{say('people')}</h3>
        <p className="faint small">{say('peopleLead')}</p>
      </div>
      <Finder api={api} readers={readers} onGive={give} />
      {shown === undefined ? null : <Trouble title={say('failed')} error={shown} />}
      {readers.length === 0 ? null : (
        <ul className="share-readers grid" aria-label={say('readers')} data-testid="readers">
          {readers.map((reader) => (
            <ReaderRow
              key={`${reader.kind} ${reader.id}`}
              reader={reader}
              onGive={give}
              onRemove={(name) => void act((item) => api.removeReader(item, name))}
            />
          ))}
        </ul>
      )}
    </section>
  );
}

interface RowProps {
  reader: ItemReader;
  onGive(reader: ReaderName, may: Right): void;
  onRemove(reader: ReaderName): void;
}

function ReaderRow({ reader: { kind, id, name, may }, onGive, onRemove }: RowProps) {
  const { say } = useTexts(sharingTexts);
  const Icon = icons[kind];
  return (
    <li className="in-row gap-3">
      <Icon size={18} className="flex-none text-faint" aria-hidden="true" />
      <span className="flex-1 min-w-0 grid">
        <span className="ellipsis" title={name}>
          {name}
        </span>
        {kind === 'user' ? null : <small className="text-faint">{say(kind)}</small>}
      </span>
      {kind === 'meeting' ? (
        <span className="text-soft text-s">{say(`may.${may}`)}</span>
      ) : (
        <>
          <RightSelect label={say('rightOf', { name })} value={may} onChoose={(right) => onGive({ kind, id }, right)} />
          <button
            type="button"
            className="icon-button bare flex-none"
            aria-label={say('remove', { name })}
            title={say('remove', { name })}
            onClick={() => onRemove({ kind, id })}
          >
            <X size={18} aria-hidden="true" />
          </button>
        </>
      )}
    </li>
  );
}

function RightSelect(props: { label: string; value: Right; onChoose(right: Right): void }) {
  const { say } = useTexts(sharingTexts);
  return (
    <Select
      aria-label={props.label}
      value={props.value}
      options={rights.map((right) => [right, say(`may.${right}`)] as const)}
      onChoose={props.onChoose}
    />
  );
}

interface FinderProps {
  api: LibraryApi;
  readers: readonly ItemReader[];
  onGive: RowProps['onGive'];
}

/** Leaves out readers that have the item already. */
function Finder({ api, readers, onGive }: FinderProps) {
  const { say } = useTexts(sharingTexts);
  const id = useId();
  const [typed, setTyped] = useState('');
  const [right, setRight] = useState<Right>('play');
  const { found, problem } = useFound(api, typed.trim());
  const candidates = found?.filter(
    (one) => !readers.some(({ kind, id: reader }) => kind === one.kind && reader === one.id),
  );
  return (
    <div className="grid gap-2">
      <label className="field-label" htmlFor={id}>
        {say('find')}
      </label>
      <div className="share-find grid gap-2">
        <input
          id={id}
          className="input"
          type="search"
          autoComplete="off"
          spellCheck={false}
          maxLength={TEXT_CHARACTERS_MAX}
          value={typed}
          data-testid="share-find"
          onChange={(event) => setTyped(event.target.value)}
        />
        <RightSelect label={say('newRight')} value={right} onChoose={setRight} />
      </div>
      <p className="field-hint" role="status" hidden={candidates === undefined}>
        {candidates === undefined
          ? ''
          : candidates.length === 0
            ? say('foundNone')
            : say('found', { count: candidates.length })}
      </p>
      {problem === undefined ? null : <Trouble title={say('findFailed')} error={problem} />}
      {candidates === undefined || candidates.length === 0 ? null : (
        <ul className="choices" data-testid="share-found">
          {candidates.map((one) => (
            <li key={`${one.kind} ${one.id}`}>
              <CandidateButton
                candidate={one}
                onAdd={() => {
                  onGive(one, right);
                  setTyped('');
                }}
              />
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

function CandidateButton({ candidate: { kind, name, email }, onAdd }: { candidate: Candidate; onAdd(): void }) {
  const { say } = useTexts(sharingTexts);
  const Icon = icons[kind];
  return (
    <button
      type="button"
      className="share-candidate in-row gap-3 w-full border-0 bg-none"
      aria-label={say('add', { name: email === '' ? name : `${name}, ${email}` })}
      onClick={onAdd}
    >
      <Icon size={18} className="flex-none text-faint" aria-hidden="true" />
      <span className="flex-1 min-w-0 grid">
        <span className="ellipsis" title={name}>
          {name}
        </span>
        <small className="text-faint ellipsis" title={email}>
          {kind === 'group' ? say('group') : email}
        </small>
      </span>
      <Plus size={18} className="flex-none" aria-hidden="true" />
    </button>
  );
}

const TYPING_MS = 200;
/** Limits of the search, as in the API. */
const CHARACTERS_MIN = 2;
const TEXT_CHARACTERS_MAX = 128;

interface Found {
  readonly text: string;
  readonly found?: readonly Candidate[];
  readonly problem?: unknown;
}

/** Searches after a pause in typing. `found` is undefined until the answer to the current text arrives. */
function useFound(api: LibraryApi, text: string): Omit<Found, 'text'> {
  const [last, setLast] = useState<Found>({ text: '' });
  useEffect(() => {
    if (text.length < CHARACTERS_MIN) return undefined;
    let isGone = false;
    const timer = setTimeout(() => {
      api.find(text).then(
        (found) => isGone || setLast({ text, found }),
        (problem: unknown) => isGone || setLast({ text, problem }),
      );
    }, TYPING_MS);
    return () => {
      isGone = true;
      clearTimeout(timer);
    };
  }, [api, text]);
  return last.text === text && text.length >= CHARACTERS_MIN ? last : {};
}
