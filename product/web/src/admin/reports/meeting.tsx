import { MeridianApiError } from '@meridian/api-client';
import { Download } from 'lucide-react';
import { datedRange } from '../../core/time-formats.ts';
import type { AdminPorts } from '../ports.ts';
import { useTexts } from '../text.ts';
import { LoadTrouble, Part, State } from '../traffic/parts.tsx';
import { trafficTexts } from '../traffic/text.ts';
import { spanText } from '../traffic/when.ts';
import { useApiQuery } from '../ui/queries.ts';
import { type Column, Loading, RowsTable } from '../ui/table.tsx';
import { type Attendance, type Held, type Life, type MeetingReport, meetingCsvPath, type ReportsApi } from './api.ts';
import { Connection } from './connection.tsx';
import { connectionQualityOf } from './core/quality.ts';
import { occurrenceIn } from './core/words.ts';
import { reportTexts } from './text.ts';

interface MeetingPartProps {
  ports: AdminPorts;
  api: ReportsApi;
  life: Life;
  meetingId: string;
}

export function MeetingPart({ ports, api, life, meetingId }: MeetingPartProps) {
  const { say } = useTexts(reportTexts);
  const { sid, startedAt } = life;
  const { value, problem, reload } = useApiQuery(['meeting', meetingId, startedAt], () =>
    api.meeting(meetingId, startedAt),
  );
  const isGone = problem instanceof MeridianApiError && problem.status === 404;
  return (
    <Part
      title={say('meeting')}
      tools={
        <a className="button small quiet" href={meetingCsvPath(meetingId, startedAt)} download>
          <Download size={16} aria-hidden="true" />
          {say('csv')}
        </a>
      }
    >
      {isGone ? (
        <p className="admin-empty">{say('meetingGone')}</p>
      ) : problem !== undefined ? (
        <LoadTrouble problem={problem} onRetry={reload} />
      ) : value === undefined ? (
        <Loading />
      ) : (
        <LoadedReport report={value} held={occurrenceIn(value, sid)} ports={ports} />
      )}
    </Part>
  );
}

function LoadedReport({ report, held, ports }: { report: MeetingReport; held: Held | undefined; ports: AdminPorts }) {
  const { say, locale } = useTexts(reportTexts);
  const columns = useColumns();
  if (held === undefined) return <p className="admin-empty">{say('meetingMissing')}</p>;
  const reader = { locale, timeZone: ports.timeZone };
  const { startsAt, endsAt } = held;
  const booked =
    startsAt === undefined || endsAt === undefined
      ? ''
      : `${say('booked')} ${datedRange({ startsMs: Date.parse(startsAt), endsMs: Date.parse(endsAt) }, reader)}`;
  return (
    <>
      <p className="faint">
        {[say('meetingLead', { title: held.title, number: report.number }), booked].filter(Boolean).join(' · ')}
      </p>
      <RowsTable
        label={say('meeting')}
        rows={held.persons}
        columns={columns}
        keyOf={({ identity, email, name }) => `${identity} ${email} ${name}`}
      />
    </>
  );
}

function useColumns(): readonly Column<Attendance>[] {
  const { say } = useTexts(reportTexts);
  const traffic = useTexts(trafficTexts);
  return [
    {
      key: 'name',
      title: say('name'),
      cell: ({ name, identity, email = '' }) => {
        const shown = [...new Set([name, email, identity])].filter((text) => text !== '');
        return (
          <div className="admin-two">
            <span>{shown[0] ?? traffic.say('noName')}</span>
            {shown[1] === undefined ? null : <span className="faint small">{shown[1]}</span>}
          </div>
        );
      },
    },
    { key: 'as', title: say('invited'), cell: (person) => say(person.as === undefined ? 'guest' : `as.${person.as}`) },
    {
      key: 'attendance',
      title: say('attendance'),
      cell: ({ attendance }) => <State tone={attendance === 'present' ? 'good' : 'quiet'}>{say(attendance)}</State>,
    },
    { key: 'joins', title: say('joins'), isNumber: true, cell: ({ joins }) => (joins === 0 ? '—' : joins) },
    {
      key: 'total',
      title: say('total'),
      cell: ({ totalS, joins }) => (
        <span className="nowrap">{joins === 0 ? '—' : spanText(0, totalS * 1000, traffic.say)}</span>
      ),
    },
    {
      key: 'quality',
      title: say('quality'),
      cell: ({ quality, joins }) => (joins === 0 ? '—' : <Connection felt={connectionQualityOf(quality)} />),
    },
  ];
}
