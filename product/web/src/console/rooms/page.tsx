import { useEffect, useMemo, useState } from 'react';
import { Field } from '../../account/ui/fields.tsx';
import { useTexts } from '../../admin/text.ts';
import { Stale } from '../../admin/traffic/parts.tsx';
import { type PageOf, useList } from '../../admin/ui/queries.ts';
import { PageTitle } from '../../admin/ui/shell.tsx';
import { type Column, ListTable } from '../../admin/ui/table.tsx';
import { ConsoleApi } from '../api.ts';
import { consolePath } from '../core/route.ts';
import type { PageProps } from '../ports.ts';
import { frameTexts } from '../text.ts';
import type { ConsoleRoom } from '../types.ts';
import { RoomLink, type TitleOf, useRoomTitles } from '../ui/room-title.tsx';
import { StrengthBar } from '../ui/strength.tsx';
import { roomsTexts } from './text.ts';

const EVERY_MS = 5000;
/** Pause in typing after which the search starts. */
const TYPING_MS = 300;
const NAME_CHARACTERS_MAX = 128;

const idOf = ({ tenant, room }: ConsoleRoom): string => `${tenant} ${room}`;

export function RoomsPage({ ports }: PageProps<'rooms'>) {
  const { say } = useTexts(roomsTexts);
  const frame = useTexts(frameTexts);
  const api = useMemo(() => new ConsoleApi(ports), [ports]);
  const [typed, setTyped] = useState(() => inputFromQuery(location.search));
  const { search, tenant } = useDebounced(typed);
  const list = useList(
    ['rooms', search, tenant],
    (cursor) =>
      api.get<PageOf<ConsoleRoom>>('/console/rooms', {
        search: search === '' ? undefined : search,
        tenant: tenant === '' ? undefined : tenant,
        cursor,
      }),
    { everyMs: EVERY_MS },
  );
  const columns = useColumns(useRoomTitles(api, list.rows ?? []));
  return (
    <>
      <PageTitle title={frame.say('rooms')} lead={say('lead')} />
      <search className="console-filters">
        <Field
          label={say('search')}
          type="search"
          data-testid="search"
          maxLength={NAME_CHARACTERS_MAX}
          value={typed.search}
          onText={(text) => setTyped({ ...typed, search: text })}
        />
        <Field
          label={say('tenant')}
          placeholder={say('tenantAny')}
          maxLength={NAME_CHARACTERS_MAX}
          value={typed.tenant}
          onText={(text) => setTyped({ ...typed, tenant: text })}
        />
      </search>
      {list.isStale ? <Stale /> : null}
      <ListTable
        label={frame.say('rooms')}
        {...{ list, columns }}
        keyOf={idOf}
        empty={<p>{say(search === '' && tenant === '' ? 'empty' : 'emptyFound')}</p>}
      />
    </>
  );
}

interface SearchInput {
  readonly search: string;
  readonly tenant: string;
}

function inputFromQuery(query: string): SearchInput {
  const params = new URLSearchParams(query);
  return { search: params.get('search') ?? '', tenant: params.get('tenant') ?? '' };
}

/** Returns the input after a pause in typing, and puts it into the URL for a reload. */
function useDebounced({ search, tenant }: SearchInput): SearchInput {
  const [debounced, setLater] = useState<SearchInput>({ search, tenant });
  useEffect(() => {
    const timer = setTimeout(() => {
      const fields = Object.entries({ search, tenant }).filter(([, text]) => text !== '');
      const query = fields.length === 0 ? '' : `?${new URLSearchParams(fields)}`;
      history.replaceState(null, '', shownUrl(query));
      setLater({ search: search.trim(), tenant: tenant.trim() });
    }, TYPING_MS);
    return () => clearTimeout(timer);
  }, [search, tenant]);
  return debounced;
}

/** Returns the new URL; in stories the URL must stay that of the story. */
const shownUrl = (query: string): string =>
  location.pathname.startsWith('/console') ? consolePath({ page: 'rooms' }) + query : location.href;

function useColumns(titleOf: TitleOf): readonly Column<ConsoleRoom>[] {
  const { say, locale } = useTexts(roomsTexts);
  return [
    {
      key: 'room',
      title: say('room'),
      cell: ({ tenant, room }) => <RoomLink {...{ tenant, room, titleOf }} />,
    },
    {
      key: 'people',
      title: say('people'),
      isNumber: true,
      cell: ({ sessions }) => sessions.toLocaleString(locale),
    },
    { key: 'nodes', title: say('nodes'), isNumber: true, cell: ({ nodes }) => nodes.toLocaleString(locale) },
    { key: 'strength', title: say('strength'), cell: ({ strength }) => <StrengthBar counts={strength} /> },
  ];
}
