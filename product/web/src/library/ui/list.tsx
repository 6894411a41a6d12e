import { FolderOpen, LoaderCircle, RotateCw, Search } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import type { Me } from '../../account/core/model.ts';
import { Select } from '../../account/ui/fields.tsx';
import { Stale } from '../../admin/traffic/parts.tsx';
import type { ListState } from '../../admin/ui/queries.ts';
import { clockText } from '../../core/clock.ts';
import { timeFormat } from '../../core/time-formats.ts';
import type { Item } from '../core/model.ts';
import { type OwnerLabel, ownerOf } from '../core/rights.ts';
import { type Filters, isFiltered, kinds, noFilters, states, TEXT_CHARACTERS_MAX } from '../core/view.ts';
import { bytesText } from '../core/words.ts';
import type { LibraryKey } from '../text.ts';
import { useCover } from './covers.ts';
import { KindIcon } from './kind-icon.tsx';
import { Trouble } from './trouble.tsx';
import { useWords, type Words } from './use-words.ts';

const TYPING_MS = 250;

interface FilterProps {
  filters: Filters;
  onFilters(filters: Filters): void;
}

/** `isOfOthers`: no item of the list is the user's own. */
export function FilterBar({ filters, onFilters, isOfOthers = false }: FilterProps & { isOfOthers?: boolean }) {
  const { say } = useWords();
  return (
    <div className="library-filters grid gap-3">
      <SearchField text={filters.text} label={say('search')} onText={(text) => onFilters({ ...filters, text })} />
      <Select
        aria-label={say('filter.kind')}
        value={filters.kind}
        options={[['', say('filter.allKinds')], ...kinds.map((kind) => [kind, say(`kind.${kind}`)] as const)]}
        onChoose={(kind) => onFilters({ ...filters, kind })}
      />
      <Select
        aria-label={say('filter.state')}
        value={filters.state}
        options={[['', say('filter.allStates')], ...states.map((state) => [state, say(`state.${state}`)] as const)]}
        onChoose={(state) => onFilters({ ...filters, state })}
      />
      {isOfOthers ? null : (
        <Select
          aria-label={say('filter.whose')}
          value={filters.isMine ? 'mine' : ''}
          options={[
            ['', say('filter.everybody')],
            ['mine', say('filter.mine')],
          ]}
          onChoose={(whose) => onFilters({ ...filters, isMine: whose === 'mine' })}
        />
      )}
    </div>
  );
}

export function SearchField({ text, label, onText }: { text: string; label: string; onText(text: string): void }) {
  const [typed, setTyped] = useState(text);
  const latest = useRef({ text, onText });
  useEffect(() => {
    latest.current = { text, onText };
  });
  // A button elsewhere on the page clears the text.
  useEffect(() => setTyped((last) => (last.trim() === text ? last : text)), [text]);
  useEffect(() => {
    const timer = setTimeout(() => {
      if (typed.trim() !== latest.current.text) latest.current.onText(typed.trim());
    }, TYPING_MS);
    return () => clearTimeout(timer);
  }, [typed]);
  return (
    <div className="search">
      <Search size={18} aria-hidden="true" />
      <input
        className="input"
        type="search"
        maxLength={TEXT_CHARACTERS_MAX}
        value={typed}
        placeholder={label}
        aria-label={label}
        data-testid="library-search"
        onChange={(event) => setTyped(event.target.value)}
      />
    </div>
  );
}

interface ListProps extends FilterProps {
  list: ListState<Item>;
  me: Me;
  timeZone: string;
  /** Texts of the list when it has no items. */
  empty: EmptyTexts;
}

export function ItemList({ list, filters, me, timeZone, empty, onFilters }: ListProps) {
  const { say } = useWords();
  if (list.problem !== undefined)
    return (
      <Trouble title={say('listFailed')} error={list.problem}>
        <button type="button" className="button small" onClick={list.reload}>
          <RotateCw size={16} aria-hidden="true" />
          {say('retry')}
        </button>
      </Trouble>
    );
  if (list.rows === undefined) return <Loading />;
  if (list.rows.length === 0)
    return <EmptyList empty={isFiltered(filters) ? undefined : empty} onClear={() => onFilters(noFilters)} />;
  return (
    <>
      {list.isStale ? <Stale /> : null}
      <ul className="library-list" aria-label={say('items')} data-testid="library-list">
        {list.rows.map((item) => (
          <ItemRow key={item.id} {...{ item, me, timeZone }} />
        ))}
      </ul>
      {list.hasMore ? (
        <button type="button" className="button quiet list-more" onClick={list.loadMore}>
          {say('more')}
        </button>
      ) : null}
    </>
  );
}

export function Loading() {
  const { say } = useWords();
  return (
    <p className="list-note" role="status">
      <LoaderCircle size={26} className="spinner accent" aria-hidden="true" />
      {say('loading')}
    </p>
  );
}

interface EmptyTexts {
  readonly title: LibraryKey;
  readonly text: LibraryKey;
}

/** `empty`: undefined when a search found nothing. */
function EmptyList({ empty, onClear }: { empty: EmptyTexts | undefined; onClear(): void }) {
  const { say } = useWords();
  const { title, text } = empty ?? { title: 'nothingFound', text: 'nothingFoundText' };
  return (
    <div className="list-empty" role="status" data-testid="library-empty">
      <span className="notice-mark">
        <FolderOpen size={30} aria-hidden="true" />
      </span>
      <h2>{say(title)}</h2>
      <p className="faint">{say(text)}</p>
      {empty === undefined ? (
        <button type="button" className="button quiet" onClick={onClear}>
          {say('clearFilters')}
        </button>
      ) : null}
    </div>
  );
}

interface RowProps {
  item: Item;
  me: Me;
  timeZone: string;
}

function ItemRow(props: RowProps) {
  const { id, state } = props.item;
  return (
    <li>
      <a className="library-row grid gap-4 items-center text-plain" href={`#${id}`} data-state={state}>
        <RowCover item={props.item} />
        <ItemLine {...props} />
      </a>
    </li>
  );
}

/** Title and facts of an item. */
export function ItemLine({ item, me, timeZone }: RowProps) {
  const words = useWords();
  const { say } = words;
  return (
    <span className="grid gap-4px min-w-0 flex-1">
      <strong className="library-row-title overflow-hidden anywhere weight-600">{item.title}</strong>
      <span className="flex flex-wrap gap-2px-3 text-faint text-s">
        {item.state === 'ready' ? null : (
          <span className="library-state text-accent weight-600" data-state={item.state}>
            {say(`state.${item.state}`)}
          </span>
        )}
        {factsOf(item, words, me, timeZone).map((fact) => (
          <span key={fact}>{fact}</span>
        ))}
      </span>
    </span>
  );
}

function factsOf(item: Item, words: Words, me: Me, timeZone: string): string[] {
  const { say, locale } = words;
  const added = timeFormat('date', { locale, timeZone });
  return [
    item.kind === undefined ? '' : say(`kind.${item.kind}`),
    item.bytes === undefined ? '' : bytesText(item.bytes, locale),
    ownerText(ownerOf(item.owner, me), words),
    added(Date.parse(item.createdAt)),
  ].filter((fact) => fact !== '');
}

export function ownerText(owner: OwnerLabel, { say }: Words): string {
  if (typeof owner === 'object') return owner.said;
  return owner === 'none' ? '' : say(`owner.${owner}`);
}

function RowCover({ item }: { item: Item }) {
  const ref = useRef<HTMLSpanElement>(null);
  const url = useCover(item, ref);
  const durationMs = item.media?.durationMs ?? 0;
  return (
    <span ref={ref} className="library-cover relative grid place-center overflow-hidden rounded-s bg-raised text-faint">
      {url === undefined ? <KindIcon kind={item.kind} size={26} /> : <img src={url} alt="" decoding="async" />}
      {durationMs > 0 ? (
        <span className="library-length absolute text-white weight-600 tabular">{clockText(durationMs)}</span>
      ) : null}
    </span>
  );
}
