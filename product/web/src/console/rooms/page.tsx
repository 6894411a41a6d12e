import { useMemo, useState } from 'react';
import { useTexts } from '../../admin/text.ts';
import { Stale } from '../../admin/traffic/parts.tsx';
import { type PageOf, useList } from '../../admin/ui/queries.ts';
import { PageTitle } from '../../admin/ui/shell.tsx';
import { type Column, ListTable } from '../../admin/ui/table.tsx';
import { ConsoleApi } from '../api.ts';
import type { PageProps } from '../ports.ts';
import { frameTexts } from '../text.ts';
import type { ConsoleRoom } from '../types.ts';
import { RoomLink, type TitleOf, useRoomTitles } from '../ui/room-title.tsx';
import { StrengthBar } from '../ui/strength.tsx';
import { inputFromQuery, RoomFilters, RoomTabs, useDebounced } from './filters.tsx';
import { roomsTexts } from './text.ts';

const EVERY_MS = 5000;

const idOf = ({ tenant, room }: ConsoleRoom): string => `${tenant} ${room}`;

export function RoomsPage({ ports }: PageProps<'rooms'>) {
  const { say } = useTexts(roomsTexts);
  const frame = useTexts(frameTexts);
  const api = useMemo(() => new ConsoleApi(ports), [ports]);
  const [typed, setTyped] = useState(() => inputFromQuery(location.search));
  const { search, tenant } = useDebounced(typed, 'rooms');
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
      <RoomTabs current="rooms" />
      <RoomFilters input={typed} onInput={setTyped} />
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
