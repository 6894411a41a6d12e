import { History } from 'lucide-react';
import { useMemo, useState } from 'react';
import { SearchField } from '../../account/ui/search-field.tsx';
import type { SayOf } from '../../core/messages/both-languages.ts';
import { adminPath, sectionsFor } from '../core/route.ts';
import type { AdminPorts } from '../ports.ts';
import { useTexts } from '../text.ts';
import { LoadTrouble, Stale, State } from '../traffic/parts.tsx';
import { type TrafficKey, trafficTexts } from '../traffic/text.ts';
import { spanText, timeText } from '../traffic/when.ts';
import { useApiQuery } from '../ui/queries.ts';
import { PageTitle } from '../ui/shell.tsx';
import { type Column, Loading, RowsTable } from '../ui/table.tsx';
import { sharedTexts } from '../ui/texts.ts';
import { type Room, RoomsApi } from './api.ts';
import { roomMarks, titleOf } from './core/people.ts';
import { RoomPage } from './one.tsx';
import { roomTexts } from './text.ts';

const LIST_EVERY_MS = 5000;

export function RoomsPage({ ports, id }: { ports: AdminPorts; id?: string | undefined }) {
  const api = useMemo(() => new RoomsApi(ports), [ports]);
  return id === undefined ? <List ports={ports} api={api} /> : <RoomPage {...{ ports, api }} name={id} />;
}

function List({ ports, api }: { ports: AdminPorts; api: RoomsApi }) {
  const { say } = useTexts(roomTexts);
  const shared = useTexts(sharedTexts);
  const [prefix, setPrefix] = useState('');
  const { value, problem, reload } = useApiQuery(['rooms', prefix], () => api.live(prefix), LIST_EVERY_MS);
  const columns = useColumns(ports);
  return (
    <>
      <PageTitle title={shared.say('rooms')} lead={say('lead')}>
        {sectionsFor(ports.me.scopes).includes('reports') ? (
          <a className="button quiet" href={adminPath({ section: 'reports' })} data-testid="past">
            <History size={18} aria-hidden="true" />
            {say('past')}
          </a>
        ) : null}
      </PageTitle>
      <SearchField label={say('search')} onQuery={setPrefix} />
      {problem === undefined ? null : value === undefined ? (
        <LoadTrouble problem={problem} onRetry={reload} />
      ) : (
        <Stale />
      )}
      {value === undefined && problem === undefined ? <Loading /> : null}
      {value === undefined || value.missing.length === 0 ? null : (
        <p className="admin-stale" role="status">
          {say('missing', { nodes: value.missing.join(', ') })}
        </p>
      )}
      {value === undefined ? null : value.rooms.length === 0 ? (
        <p className="admin-empty">{say(prefix === '' ? 'empty' : 'emptyNamed')}</p>
      ) : (
        <RowsTable label={shared.say('rooms')} rows={value.rooms} columns={columns} keyOf={(room) => room.name} />
      )}
    </>
  );
}

function useColumns({ timeZone, now }: AdminPorts): readonly Column<Room>[] {
  const { say, locale } = useTexts(roomTexts);
  const traffic = useTexts(trafficTexts);
  return [
    {
      key: 'room',
      title: say('room'),
      cell: (room) => (
        <div className="admin-two">
          <a href={adminPath({ section: 'rooms', id: room.name })}>{titleOf(room)}</a>
          {room.title === '' ? null : <span className="faint small">{room.name}</span>}
        </div>
      ),
    },
    {
      key: 'participants',
      title: say('participants'),
      isNumber: true,
      cell: (room) => room.numParticipants.toLocaleString(locale),
    },
    {
      key: 'publishers',
      title: say('publishers'),
      isNumber: true,
      cell: (room) => room.numPublishers.toLocaleString(locale),
    },
    {
      key: 'waiting',
      title: say('waiting'),
      isNumber: true,
      cell: ({ numWaiting }) => (numWaiting === 0 ? '—' : <State tone="warn">{numWaiting}</State>),
    },
    {
      key: 'since',
      title: say('since'),
      cell: ({ createdAt }) => <Since {...{ createdAt, locale, timeZone }} nowMs={now()} say={traffic.say} />,
    },
    {
      key: 'state',
      title: say('state'),
      cell: (room) => {
        const marks = roomMarks(room, say);
        return marks.length === 0 ? (
          <State tone="good">{say('open')}</State>
        ) : (
          <State tone="quiet">{marks.join(' · ')}</State>
        );
      },
    },
  ];
}

interface SinceProps {
  createdAt: string | undefined;
  locale: string;
  timeZone: string;
  nowMs: number;
  say: SayOf<TrafficKey>;
}

function Since({ createdAt, locale, timeZone, nowMs, say }: SinceProps) {
  if (createdAt === undefined) return '—';
  return (
    <div className="admin-two">
      <span className="nowrap">{timeText(createdAt, { locale, timeZone })}</span>
      <span className="faint small">{spanText(Date.parse(createdAt), nowMs, say)}</span>
    </div>
  );
}
