import { History } from 'lucide-react';
import { useMemo } from 'react';
import { useTexts } from '../../admin/text.ts';
import { LoadTrouble, Part, Stale } from '../../admin/traffic/parts.tsx';
import { timeText } from '../../admin/traffic/when.ts';
import { useApiQuery } from '../../admin/ui/queries.ts';
import { PageTitle } from '../../admin/ui/shell.tsx';
import { Loading } from '../../admin/ui/table.tsx';
import { useLanguage } from '../../ui/language.tsx';
import { Attribution } from '../../ui/parts.tsx';
import { ConsoleApi } from '../api.ts';
import { consolePath } from '../core/route.ts';
import { logsQuery } from '../logs/core/search.ts';
import { LogsLink } from '../logs/link.tsx';
import type { PageProps } from '../ports.ts';
import { shareText } from '../session/core/values.ts';
import type { ConsolePerson, RoomPlan } from '../types.ts';
import { Back } from '../ui/back.tsx';
import { useRoomTitles } from '../ui/room-title.tsx';
import { type SortColumn, SortTable } from '../ui/sortable.tsx';
import { StrengthBar, StrengthState } from '../ui/strength.tsx';
import { pastOfRoom } from './core/past.ts';
import { byStrength, countsOf, haveAllLeft, placeText } from './core/people.ts';
import { roomsTexts } from './text.ts';
import { Distribution } from './tree.tsx';

const EVERY_MS = 5000;

export function RoomPage({ ports, route: { tenant, room } }: PageProps<'room'>) {
  const { say } = useTexts(roomsTexts);
  const api = useMemo(() => new ConsoleApi(ports), [ports]);
  const path = `/console/rooms/${encodeURIComponent(tenant)}/${encodeURIComponent(room)}`;
  const people = useApiQuery(
    ['people', path],
    () => api.get<{ people: readonly ConsolePerson[] }>(`${path}/people`),
    EVERY_MS,
  );
  const plan = useApiQuery(['plan', path], () => api.get<RoomPlan>(`${path}/plan`), EVERY_MS);
  const found = people.value?.people;
  const title = useRoomTitles(api, [{ tenant, room }])({ tenant, room });
  return (
    <>
      <Back route={{ page: 'rooms' }} />
      <PageTitle title={title === '' ? room : title} lead={title === '' ? tenant : `${tenant} · ${room}`}>
        <PastLink tenant={tenant} room={room} />
        <LogsLink href={consolePath({ page: 'logs' }) + logsQuery({ room: `${tenant}/${room}` })} />
      </PageTitle>
      {people.problem === undefined ? null : found === undefined ? (
        <LoadTrouble problem={people.problem} onRetry={people.reload} />
      ) : (
        <Stale />
      )}
      {found === undefined ? (
        people.problem === undefined ? (
          <Loading />
        ) : null
      ) : found.length === 0 ? (
        <div className="admin-empty" data-testid="over">
          <p>{say('over')}</p>
          <p className="faint">{say('overText')}</p>
          <PastLink tenant={tenant} room={room} />
        </div>
      ) : (
        <>
          <StrengthBar counts={countsOf(found)} />
          <PlanPart {...plan} />
          <Part title={say('peopleIn')}>
            <People people={found} timeZone={ports.timeZone} />
            <Attribution />
          </Part>
        </>
      )}
    </>
  );
}

/** Link to what this room was: its ended lives, with the timelines of their sessions. */
function PastLink(room: { tenant: string; room: string }) {
  const { say } = useTexts(roomsTexts);
  return (
    <a className="button quiet small" href={pastOfRoom(room)} data-testid="past">
      <History size={16} aria-hidden="true" />
      {say('pastOf')}
    </a>
  );
}

function PlanPart({ value, problem }: { value: RoomPlan | undefined; problem: unknown }) {
  const { say } = useTexts(roomsTexts);
  return (
    <Part title={say('tree')}>
      {problem === undefined ? null : (
        <p className="admin-stale" role="status">
          {say('treeAway')}
        </p>
      )}
      {value === undefined ? problem === undefined ? <Loading /> : null : <Distribution plan={value} />}
    </Part>
  );
}

export function People({ people, timeZone }: { people: readonly ConsolePerson[]; timeZone: string }) {
  const { say } = useTexts(roomsTexts);
  return (
    <SortTable
      label={say('peopleIn')}
      rows={people}
      columns={useColumns(
        timeZone,
        people.some(({ leftAt }) => leftAt !== undefined),
        haveAllLeft(people),
      )}
      first={{ key: 'connection', isDown: true }}
      keyOf={({ sessionId }) => sessionId}
    />
  );
}

function useColumns(timeZone: string, hasLeft: boolean, isAtEnd: boolean): readonly SortColumn<ConsolePerson>[] {
  const { say, locale } = useTexts(roomsTexts);
  const { language } = useLanguage();
  return useMemo(() => {
    const share = (value: number | undefined): string => (value === undefined ? '—' : shareText(value, locale));
    const reader = { locale, timeZone };
    /** Title of a column with the last measurement of a session. */
    const measured = (key: 'connection' | 'rtt' | 'loss' | 'freezes'): string =>
      isAtEnd ? say('atEnd', { what: say(key) }) : say(key);
    const leftColumn: SortColumn<ConsolePerson> = {
      key: 'left',
      title: say('left'),
      value: ({ leftAt }) => (leftAt === undefined ? undefined : Date.parse(leftAt)),
      cell: ({ leftAt }) => <span className="nowrap">{timeText(leftAt, reader)}</span>,
    };
    return [
      {
        key: 'name',
        title: say('name'),
        value: ({ name, identity }) => name || identity,
        cell: ({ sessionId, name, identity }) => (
          <div className="admin-two">
            <a href={consolePath({ page: 'session', session: sessionId })}>{name === '' ? identity : name}</a>
            {name === '' || name === identity ? null : <span className="faint small">{identity}</span>}
          </div>
        ),
      },
      {
        key: 'connection',
        title: measured('connection'),
        value: byStrength,
        isDescendingFirst: true,
        cell: ({ strength }) => <StrengthState strength={strength} />,
      },
      {
        key: 'place',
        title: say('place'),
        value: ({ place }) => (place === '' ? undefined : place),
        cell: (person) =>
          person.place === '' ? <span className="faint">{say('unknownPlace')}</span> : placeText(person, language),
      },
      {
        key: 'node',
        title: say('node'),
        value: ({ nodeId }) => nodeId,
        cell: ({ nodeId, fromNodeIds }) => (
          <div className="admin-two">
            <a href={consolePath({ page: 'node', node: nodeId })}>{nodeId}</a>
            {fromNodeIds.length === 0 ? null : (
              <span className="faint small">{say('also', { nodes: fromNodeIds.join(', ') })}</span>
            )}
          </div>
        ),
      },
      {
        key: 'rtt',
        title: measured('rtt'),
        isNumber: true,
        isDescendingFirst: true,
        value: ({ rttMs }) => rttMs,
        cell: ({ rttMs }) =>
          rttMs === undefined ? '—' : say('ms', { value: Math.round(rttMs).toLocaleString(locale) }),
      },
      {
        key: 'loss',
        title: measured('loss'),
        isNumber: true,
        isDescendingFirst: true,
        value: ({ loss }) => loss,
        cell: ({ loss }) => share(loss),
      },
      {
        key: 'freezes',
        title: measured('freezes'),
        isNumber: true,
        isDescendingFirst: true,
        value: ({ freezeShare }) => freezeShare,
        cell: ({ freezeShare }) => share(freezeShare),
      },
      {
        key: 'since',
        title: say('since'),
        value: ({ joinedAt }) => Date.parse(joinedAt),
        cell: ({ joinedAt }) => <span className="nowrap">{timeText(joinedAt, reader)}</span>,
      },
      ...(hasLeft ? [leftColumn] : []),
    ];
  }, [say, locale, language, timeZone, hasLeft, isAtEnd]);
}
