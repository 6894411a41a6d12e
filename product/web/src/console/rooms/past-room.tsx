import { useMemo } from 'react';
import { useTexts } from '../../admin/text.ts';
import { LoadTrouble, Part } from '../../admin/traffic/parts.tsx';
import { useApiQuery } from '../../admin/ui/queries.ts';
import { PageTitle } from '../../admin/ui/shell.tsx';
import { Loading } from '../../admin/ui/table.tsx';
import { datedRange } from '../../core/time-formats.ts';
import { Attribution } from '../../ui/parts.tsx';
import { ConsoleApi } from '../api.ts';
import { consolePath } from '../core/route.ts';
import { logsQuery, spanAround } from '../logs/core/search.ts';
import { LogsLink } from '../logs/link.tsx';
import type { PageProps } from '../ports.ts';
import type { ConsolePastPeople } from '../types.ts';
import { Back } from '../ui/back.tsx';
import { People } from './room-page.tsx';
import { roomsTexts } from './text.ts';

/** A life of a room, with its sessions, which lead to their timelines. */
export function PastRoomPage({ ports, route: { sid } }: PageProps<'past-room'>) {
  const api = useMemo(() => new ConsoleApi(ports), [ports]);
  const { value, problem, reload } = useApiQuery(['past room', sid], () =>
    api.get<ConsolePastPeople>(`/console/room-lives/${encodeURIComponent(sid)}/people`),
  );
  return (
    <>
      <Back route={{ page: 'past-rooms' }} />
      {problem === undefined ? null : <LoadTrouble problem={problem} onRetry={reload} />}
      {value === undefined ? problem === undefined ? <Loading /> : null : <Life {...value} timeZone={ports.timeZone} />}
    </>
  );
}

function Life({ life, people, timeZone }: ConsolePastPeople & { timeZone: string }) {
  const { say, locale } = useTexts(roomsTexts);
  const { title, tenant, room, startedAt, endedAt } = life;
  const [startsMs, endsMs] = [startedAt, endedAt ?? startedAt].map((at) => Date.parse(at)) as [number, number];
  const logs = logsQuery({ room: `${tenant}/${room}`, ...spanAround(startsMs, endsMs) });
  const names = title === '' ? tenant : `${tenant} · ${room}`;
  return (
    <>
      <PageTitle
        title={title === '' ? room : title}
        lead={`${names} · ${datedRange({ startsMs, endsMs }, { locale, timeZone })}`}
      >
        <LogsLink href={consolePath({ page: 'logs' }) + logs} />
      </PageTitle>
      <Part title={say('peopleWere')}>
        {people.length === 0 ? (
          <p className="admin-empty">{say('pastNoPeople')}</p>
        ) : (
          <>
            <People people={people} timeZone={timeZone} />
            <Attribution />
          </>
        )}
      </Part>
    </>
  );
}
