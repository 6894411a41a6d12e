import { type components, MeridianApiError } from '@meridian/api-client';
import { ChartColumn } from 'lucide-react';
import type { AdminPorts } from '../../admin/ports.ts';
import { RecordingTable } from '../../admin/recordings/table.tsx';
import { useTexts } from '../../admin/text.ts';
import { Fact, Facts, LoadTrouble, Part, State } from '../../admin/traffic/parts.tsx';
import { trafficTexts } from '../../admin/traffic/text.ts';
import { spanText, timeText } from '../../admin/traffic/when.ts';
import { useApiQuery, useList } from '../../admin/ui/queries.ts';
import { PageTitle } from '../../admin/ui/shell.tsx';
import { type Column, Loading, RowsTable } from '../../admin/ui/table.tsx';
import { datedRange } from '../../core/time-formats.ts';
import { refreshMs } from '../../library/core/recordings.ts';
import { spacedNumber } from '../core/invitation-text.ts';
import { meetingPath } from '../core/route.ts';
import { reportPageTexts } from './text.ts';

type Attendance = components['schemas']['MyAttendance'];
type Person = components['schemas']['MyAttendancePerson'];

interface PastProps {
  meeting: string;
  originalStart: string;
  ports: AdminPorts;
}

/** Past occurrence of a meeting: who was there, what was recorded, and where its report is. */
export function PastMeetingPage({ meeting, originalStart, ports }: PastProps) {
  const { say } = useTexts(reportPageTexts);
  const { client, run } = ports;
  const { value, problem, reload } = useApiQuery(['attendance', meeting, originalStart], () =>
    run(() =>
      client.get('/me/meetings/{meeting}/occurrences/{originalStart}/attendance', {
        params: { path: { meeting, originalStart } },
      }),
    ),
  );
  if (problem instanceof MeridianApiError && problem.status === 404)
    return <p className="admin-empty">{say('notFound')}</p>;
  if (problem !== undefined) return <LoadTrouble problem={problem} onRetry={reload} />;
  if (value === undefined) return <Loading />;
  const isHost = value.hasReport || value.part === 'host' || value.part === 'cohost';
  return (
    <>
      <PageTitle title={value.title}>
        {value.hasReport ? (
          <a className="button" data-testid="report" href={meetingPath({ name: 'report', meeting, originalStart })}>
            <ChartColumn size={18} aria-hidden="true" />
            {say('fullReport')}
          </a>
        ) : null}
      </PageTitle>
      <Times attendance={value} ports={ports} />
      <Part title={say('attendance')}>
        <People attendance={value} timeZone={ports.timeZone} />
      </Part>
      {isHost ? (
        <Kept {...{ meeting, originalStart, ports }} />
      ) : (
        <Part title={say('kept')}>
          <p className="admin-empty">{say('keptForHosts')}</p>
        </Part>
      )}
    </>
  );
}

function Times({ attendance, ports }: { attendance: Attendance; ports: AdminPorts }) {
  const { say, locale } = useTexts(reportPageTexts);
  const traffic = useTexts(trafficTexts);
  const reader = { locale, timeZone: ports.timeZone };
  const { startsAt, endsAt, startedAt, endedAt, number } = attendance;
  const range = (from: string, to: string): string =>
    datedRange({ startsMs: Date.parse(from), endsMs: Date.parse(to) }, reader);
  const endMs = endedAt === undefined ? ports.now() : Date.parse(endedAt);
  return (
    <div className="admin-card">
      <Facts>
        <Fact name={say('booked')}>{range(startsAt, endsAt)}</Fact>
        {startedAt === undefined ? null : (
          <>
            <Fact name={say('held')}>
              {endedAt === undefined ? say('goesOn', { from: timeText(startedAt, reader) }) : range(startedAt, endedAt)}
            </Fact>
            <Fact name={say('lasted')}>{spanText(Date.parse(startedAt), endMs, traffic.say)}</Fact>
          </>
        )}
        <Fact name={say('number')}>{spacedNumber(number)}</Fact>
      </Facts>
    </div>
  );
}

function People({ attendance, timeZone }: { attendance: Attendance; timeZone: string }) {
  const { say } = useTexts(reportPageTexts);
  const columns = useColumns(timeZone);
  const { isShown, persons, startedAt } = attendance;
  if (!isShown) return <p className="admin-empty">{say('notThere')}</p>;
  if (startedAt === undefined) return <p className="admin-empty">{say('nobodyCame')}</p>;
  return (
    <RowsTable
      label={say('attendance')}
      rows={persons}
      columns={columns}
      keyOf={({ name, email = '', firstJoinedAt = '' }) => `${name} ${email} ${firstJoinedAt}`}
    />
  );
}

function useColumns(timeZone: string): readonly Column<Person>[] {
  const { say, locale } = useTexts(reportPageTexts);
  const traffic = useTexts(trafficTexts);
  const reader = { locale, timeZone };
  return [
    {
      key: 'name',
      title: say('name'),
      cell: ({ name, email = '', isMe }) => {
        const [shown = traffic.say('noName'), second] = [name, email].filter((text) => text !== '');
        return (
          <div className="admin-two">
            <span>{isMe ? say('you', { name: shown }) : shown}</span>
            {second === undefined ? null : <span className="faint small">{second}</span>}
          </div>
        );
      },
    },
    { key: 'as', title: say('role'), cell: ({ as }) => say(`as.${as ?? 'guest'}`) },
    {
      key: 'present',
      title: say('present'),
      cell: ({ attendance, totalS }) =>
        attendance === 'absent' ? (
          <State tone="quiet">{say('absent')}</State>
        ) : (
          <span className="nowrap">{spanText(0, totalS * 1000, traffic.say)}</span>
        ),
    },
    {
      key: 'joined',
      title: say('joined'),
      cell: ({ firstJoinedAt }) => <span className="nowrap">{timeText(firstJoinedAt, reader) || '—'}</span>,
    },
    {
      key: 'left',
      title: say('left'),
      cell: ({ lastLeftAt }) => <span className="nowrap">{timeText(lastLeftAt, reader) || '—'}</span>,
    },
  ];
}

/** Recordings with what they keep: chat and files are on a recording's own page. */
function Kept({ meeting, originalStart, ports }: PastProps) {
  const { say } = useTexts(reportPageTexts);
  const { client, run } = ports;
  const list = useList(
    ['my recordings', meeting, originalStart],
    (cursor) =>
      run(() =>
        client.get('/me/recordings', {
          params: { query: { meeting, originalStart, ...(cursor !== undefined && { cursor }) } },
        }),
      ),
    { everyMs: (rows = []) => refreshMs(rows) },
  );
  const kept = list.rows?.some(({ state }) => state === 'finished') ? 'chatInRecording' : 'chatNotReady';
  return (
    <>
      <Part title={say('recordings')}>
        <RecordingTable list={list} timeZone={ports.timeZone} empty={say('notRecorded')} />
      </Part>
      {list.rows === undefined ? null : (
        <Part title={say('chatAndFiles')}>
          <p className="admin-empty">{say(list.rows.length === 0 ? 'noChat' : kept)}</p>
        </Part>
      )}
    </>
  );
}
