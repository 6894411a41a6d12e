import { type components, MeridianApiError } from '@meridian/api-client';
import { ChartSpline } from 'lucide-react';
import type { AdminPorts } from '../../admin/ports.ts';
import { Connection } from '../../admin/reports/connection.tsx';
import { connectionQualityOf } from '../../admin/reports/core/quality.ts';
import { useTexts } from '../../admin/text.ts';
import { LoadTrouble, Part } from '../../admin/traffic/parts.tsx';
import { trafficTexts } from '../../admin/traffic/text.ts';
import { spanText, timeText } from '../../admin/traffic/when.ts';
import { useApiQuery } from '../../admin/ui/queries.ts';
import { PageTitle } from '../../admin/ui/shell.tsx';
import { type Column, Loading, RowsTable } from '../../admin/ui/table.tsx';
import { datedRange } from '../../core/time-formats.ts';
import { spacedNumber } from '../core/invitation-text.ts';
import { type MeetingRoute, meetingPath } from '../core/route.ts';
import { reportPageTexts } from './text.ts';

type Held = components['schemas']['HeldOccurrence'];
type Attendance = components['schemas']['MeetingAttendance'];

interface ReportProps {
  report: Extract<MeetingRoute, { name: 'report' }>;
  ports: AdminPorts;
}

export function MeetingReportPage({ report, ports }: ReportProps) {
  const { meeting } = report;
  const { say } = useTexts(reportPageTexts);
  const { client, run } = ports;
  const { value, problem, reload } = useApiQuery(['meeting report', meeting], () =>
    run(() => client.get('/meetings/{meeting}/report', { params: { path: { meeting } } })),
  );
  if (problem instanceof MeridianApiError && (problem.status === 404 || problem.status === 403))
    return <p className="admin-empty">{say('notFound')}</p>;
  if (problem !== undefined) return <LoadTrouble problem={problem} onRetry={reload} />;
  if (value === undefined) return <Loading />;
  const { occurrences, title, number, complete } = value;
  return (
    <>
      <PageTitle title={say('title')} lead={say('lead', { title, number: spacedNumber(number) })} />
      {complete ? null : <p className="admin-stale">{say('partial')}</p>}
      {occurrences.length === 0 ? <p className="admin-empty">{say('empty')}</p> : null}
      {[...occurrences].reverse().map((held) => (
        <OneTime key={`${held.startedAt} ${held.sids.join()}`} {...{ held, report, ports }} />
      ))}
    </>
  );
}

function OneTime({ held, report, ports }: ReportProps & { held: Held }) {
  const { say, locale } = useTexts(reportPageTexts);
  const columns = useColumns(report);
  const reader = { locale, timeZone: ports.timeZone };
  const title =
    held.endedAt === undefined
      ? say('goesOn', { from: timeText(held.startedAt, reader) })
      : datedRange({ startsMs: Date.parse(held.startedAt), endsMs: Date.parse(held.endedAt) }, reader);
  return (
    <Part title={title}>
      <RowsTable
        label={title}
        rows={held.persons}
        columns={columns}
        keyOf={({ identity, email, name }) => `${identity} ${email} ${name}`}
      />
    </Part>
  );
}

const nameOf = ({ name, email = '', identity }: Attendance): string => name || email || identity;

function useColumns(report: ReportProps['report']): readonly Column<Attendance>[] {
  const { say } = useTexts(reportPageTexts);
  const traffic = useTexts(trafficTexts);
  return [
    { key: 'name', title: say('name'), cell: nameOf },
    {
      key: 'present',
      title: say('present'),
      cell: ({ joins, totalS }) => (
        <span className="nowrap">{joins === 0 ? say('absent') : spanText(0, totalS * 1000, traffic.say)}</span>
      ),
    },
    {
      key: 'connection',
      title: say('connection'),
      cell: ({ joins, quality }) => (joins === 0 ? '—' : <Connection felt={connectionQualityOf(quality)} />),
    },
    {
      key: 'timeline',
      title: '',
      cell: (person) => (
        <div className="admin-buttons">
          {person.sessionIds.map((session, at, all) => (
            <a
              key={session}
              className="button small quiet"
              data-testid="timeline"
              href={meetingPath({ ...report, name: 'session', session })}
              aria-label={say('timelineOf', { name: nameOf(person) })}
            >
              <ChartSpline size={16} aria-hidden="true" />
              {all.length === 1 ? say('timeline') : say('timelineNumber', { number: at + 1 })}
            </a>
          ))}
        </div>
      ),
    },
  ];
}
