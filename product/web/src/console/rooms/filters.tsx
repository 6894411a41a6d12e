// Tabs and search of the lists of live and of past rooms.
import { useEffect, useState } from 'react';
import { Field } from '../../account/ui/fields.tsx';
import { useTexts } from '../../admin/text.ts';
import { consolePath } from '../core/route.ts';
import { roomsTexts } from './text.ts';
import '../../styles/console-pages.css';

type ListPage = 'rooms' | 'past-rooms';
/** Pause in typing after which the search starts. */
const TYPING_MS = 300;
const NAME_CHARACTERS_MAX = 128;

export function RoomTabs({ current }: { current: ListPage }) {
  const { say } = useTexts(roomsTexts);
  return (
    <nav className="account-tabs in-row" aria-label={say('tabs')}>
      {(['rooms', 'past-rooms'] as const).map((page) => (
        <a
          key={page}
          href={consolePath({ page })}
          aria-current={page === current ? 'page' : undefined}
          data-testid={page}
        >
          {say(page === 'rooms' ? 'now' : 'past')}
        </a>
      ))}
    </nav>
  );
}

export function RoomFilters({ input, onInput }: { input: SearchInput; onInput(input: SearchInput): void }) {
  const { say } = useTexts(roomsTexts);
  return (
    <search className="console-filters">
      <Field
        label={say('search')}
        type="search"
        data-testid="search"
        maxLength={NAME_CHARACTERS_MAX}
        value={input.search}
        onText={(search) => onInput({ ...input, search })}
      />
      <Field
        label={say('tenant')}
        placeholder={say('tenantAny')}
        maxLength={NAME_CHARACTERS_MAX}
        value={input.tenant}
        onText={(tenant) => onInput({ ...input, tenant })}
      />
    </search>
  );
}

export interface SearchInput {
  readonly search: string;
  readonly tenant: string;
}

export function inputFromQuery(query: string): SearchInput {
  const params = new URLSearchParams(query);
  return { search: params.get('search') ?? '', tenant: params.get('tenant') ?? '' };
}

/** Returns the input after a pause in typing, and puts it into the URL for a reload. */
export function useDebounced({ search, tenant }: SearchInput, page: ListPage): SearchInput {
  const [debounced, setLater] = useState<SearchInput>({ search, tenant });
  useEffect(() => {
    const timer = setTimeout(() => {
      const fields = Object.entries({ search, tenant }).filter(([, text]) => text !== '');
      const query = fields.length === 0 ? '' : `?${new URLSearchParams(fields)}`;
      history.replaceState(null, '', shownUrl(page, query));
      setLater({ search: search.trim(), tenant: tenant.trim() });
    }, TYPING_MS);
    return () => clearTimeout(timer);
  }, [search, tenant, page]);
  return debounced;
}

/** Returns the new URL; in stories the URL must stay that of the story. */
const shownUrl = (page: ListPage, query: string): string =>
  location.pathname.startsWith('/console') ? consolePath({ page }) + query : location.href;
