import { useMemo, useState } from 'react';
import { Connection } from '../../admin/reports/connection.tsx';
import { useTexts } from '../../admin/text.ts';
import { trafficTexts } from '../../admin/traffic/text.ts';
import { spanText, timeText } from '../../admin/traffic/when.ts';
import { type PageOf, useList } from '../../admin/ui/queries.ts';
import { PageTitle } from '../../admin/ui/shell.tsx';
import { type Column, ListTable } from '../../admin/ui/table.tsx';
import { ConsoleApi } from '../api.ts';
import { consolePath } from '../core/route.ts';
import type { ConsolePorts, PageProps } from '../ports.ts';
import { frameTexts } from '../text.ts';
import type { ConsolePastRoom } from '../types.ts';
import { inputFromQuery, RoomFilters, RoomTabs, useDebounced } from './filters.tsx';
import { roomsTexts } from './text.ts';

/** Lists what was live: the ended lives of rooms, each with a link to its sessions. */
export function PastRoomsPage({ ports }: PageProps<'past-rooms'>) {
  const { say } = useTexts(roomsTexts);
  const frame = useTexts(frameTexts);
  const api = useMemo(() => new ConsoleApi(ports), [ports]);
  const [typed, setTyped] = useState(() => inputFromQuery(location.search));
  const { search, tenant } = useDebounced(typed, 'past-rooms');
  const list = useList(['past rooms', search, tenant], (cursor) =>
    api.get<PageOf<ConsolePastRoom>>('/console/room-lives', {
      search: search === '' ? undefined : search,
      tenant: tenant === '' ? undefined : tenant,
      cursor,
    }),
  );
  const columns = useColumns(ports);
  return (
    <>
      <PageTitle title={frame.say('rooms')} lead={say('pastLead')} />
      <RoomTabs current="past-rooms" />
      <RoomFilters input={typed} onInput={setTyped} />
      <ListTable
        label={say('past')}
        {...{ list, columns }}
        keyOf={({ sid }) => sid}
        empty={<p>{say(search === '' && tenant === '' ? 'pastEmpty' : 'pastEmptyFound')}</p>}
      />
    </>
  );
}

function useColumns({ timeZone }: ConsolePorts): readonly Column<ConsolePastRoom>[] {
  const { say, locale } = useTexts(roomsTexts);
  const traffic = useTexts(trafficTexts);
  return [
    {
      key: 'room',
      title: say('room'),
      cell: ({ sid, tenant, room, title }) => (
        <div className="admin-two">
          <a href={consolePath({ page: 'past-room', sid })} title={room}>
            {title === '' ? room : title}
          </a>
          <span className="faint small">{title === '' ? tenant : `${tenant} · ${room}`}</span>
        </div>
      ),
    },
    {
      key: 'ended',
      title: say('ended'),
      cell: ({ endedAt }) => <span className="nowrap">{timeText(endedAt, { locale, timeZone })}</span>,
    },
    {
      key: 'lasted',
      title: say('lasted'),
      cell: ({ startedAt, endedAt = startedAt }) => (
        <span className="nowrap">{spanText(Date.parse(startedAt), Date.parse(endedAt), traffic.say)}</span>
      ),
    },
    {
      key: 'people',
      title: say('people'),
      isNumber: true,
      cell: ({ participants }) => participants.toLocaleString(locale),
    },
    { key: 'worst', title: say('worst'), cell: ({ worst }) => <Connection felt={worst} /> },
  ];
}
