import { Download } from 'lucide-react';
import type { AdminPorts } from '../ports.ts';
import { useTexts } from '../text.ts';
import { LoadTrouble, Part, State } from '../traffic/parts.tsx';
import { trafficTexts } from '../traffic/text.ts';
import { spanText, timeText } from '../traffic/when.ts';
import { useApiQuery } from '../ui/queries.ts';
import { type Column, Loading, RowsTable } from '../ui/table.tsx';
import { attendanceCsvPath, type LifeAttendance, type LifeAttendances, type ReportsApi } from './api.ts';
import { personName } from './person-name.tsx';
import { reportTexts } from './text.ts';

interface AttendanceProps {
  ports: AdminPorts;
  api: ReportsApi;
  sid: string;
}

export function AttendancePart({ ports, api, sid }: AttendanceProps) {
  const { say } = useTexts(reportTexts);
  const { value, problem, reload } = useApiQuery(['attendance', sid], () => api.attendance(sid));
  return (
    <Part
      title={say('attendance')}
      tools={
        <a className="button small quiet" href={attendanceCsvPath(sid)} download>
          <Download size={16} aria-hidden="true" />
          {say('csv')}
        </a>
      }
    >
      {problem !== undefined ? (
        <LoadTrouble problem={problem} onRetry={reload} />
      ) : value === undefined ? (
        <Loading />
      ) : (
        <LoadedAttendance found={value} ports={ports} />
      )}
    </Part>
  );
}

function LoadedAttendance({ found: { persons, complete }, ports }: { found: LifeAttendances; ports: AdminPorts }) {
  const { say } = useTexts(reportTexts);
  const columns = useColumns(ports);
  const hadBreakOuts = persons.some(({ breakOuts }) => breakOuts > 0);
  if (persons.length === 0) return <p className="admin-empty">{say('staysEmpty')}</p>;
  return (
    <>
      {complete ? null : <p className="admin-stale">{say('attendanceCut')}</p>}
      <RowsTable
        label={say('attendance')}
        rows={persons}
        columns={columns.filter(({ key }) => hadBreakOuts || key !== 'breakOuts')}
        keyOf={({ identity, name }) => `${identity} ${name}`}
      />
    </>
  );
}

function useColumns({ timeZone }: AdminPorts): readonly Column<LifeAttendance>[] {
  const { say, locale } = useTexts(reportTexts);
  const traffic = useTexts(trafficTexts);
  const reader = { locale, timeZone };
  const span = (seconds: number): string => spanText(0, seconds * 1000, traffic.say);
  const percent = new Intl.NumberFormat(locale, { style: 'percent' });
  return [
    {
      key: 'name',
      title: say('name'),
      cell: personName,
    },
    {
      key: 'first',
      title: say('firstIn'),
      cell: ({ firstJoinedAt }) =>
        firstJoinedAt === undefined ? (
          <State tone="quiet">{say('absent')}</State>
        ) : (
          <span className="admin-when">{timeText(firstJoinedAt, reader)}</span>
        ),
    },
    {
      key: 'last',
      title: say('lastOut'),
      cell: ({ firstJoinedAt, lastLeftAt, estimated }) => {
        if (firstJoinedAt === undefined) return '—';
        if (lastLeftAt === undefined) return <State tone="good">{say('stillThere')}</State>;
        return (
          <div className="admin-two">
            <span className="admin-when">{timeText(lastLeftAt, reader)}</span>
            {estimated ? <span className="faint small">{say('estimated')}</span> : null}
          </div>
        );
      },
    },
    {
      key: 'total',
      title: say('total'),
      cell: ({ joins, totalS, share }) =>
        joins === 0 ? (
          '—'
        ) : (
          <div className="admin-two">
            <span className="nowrap">{span(totalS)}</span>
            <span className="faint small">{say('shareOf', { percent: percent.format(share) })}</span>
          </div>
        ),
    },
    {
      key: 'breakOuts',
      title: say('breakOuts'),
      cell: ({ breakOuts, breakOutS }) =>
        breakOuts === 0 ? '—' : say('breakOutsFor', { count: breakOuts, span: span(breakOutS) }),
    },
  ];
}
