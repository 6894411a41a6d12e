// Time that a report of the cloud or of a tenant treats apart: maintenance windows, and hours with little data.
import { Part } from '../../admin/traffic/parts.tsx';
import { type Column, RowsTable } from '../../admin/ui/table.tsx';
import type { SlaTakenOut, TenantSlaReport } from '../types.ts';
import type { ReportKey } from './text.ts';
import type { ReportWords } from './words.ts';

interface WindowsProps {
  words: ReportWords;
  report: TenantSlaReport;
  /** Additional columns; none for tenants. */
  extraColumns?: readonly Column<SlaTakenOut>[];
}

export function Windows({ words, report: { exclusions }, extraColumns = [] }: WindowsProps) {
  const { say } = words;
  const columns = [...columnsOf(words), ...extraColumns];
  return (
    <>
      <p className="faint">{say('outLead')}</p>
      {exclusions.length === 0 ? (
        <p className="admin-empty report-none">{say('outNone')}</p>
      ) : (
        <RowsTable label={say('out')} rows={exclusions} columns={columns} keyOf={({ id }) => id} />
      )}
    </>
  );
}

function columnsOf({ say, count, time, place }: ReportWords): readonly Column<SlaTakenOut>[] {
  return [
    {
      key: 'span',
      title: say('span'),
      cell: ({ from, to, createdAt }) => (
        <div className="admin-two">
          <span>
            {time(from)} – {time(to)}
          </span>
          {Date.parse(createdAt) > Date.parse(from) ? <span className="faint small">{say('afterwards')}</span> : null}
        </div>
      ),
    },
    {
      key: 'region',
      title: say('region'),
      cell: ({ region }) => (region === '' ? say('allRegions') : place(region)),
    },
    { key: 'reason', title: say('reason'), cell: ({ reason }) => <span className="anywhere">{reason}</span> },
    {
      key: 'took',
      title: say('took'),
      cell: ({ minutes, badMinutes, joins, failedJoins }) =>
        say('tookText', {
          minutes: count(minutes),
          bad: count(badMinutes),
          joins: count(joins),
          failed: count(failedJoins),
        }),
    },
  ];
}

/** Lists sentences about hours with little or no data. */
export function Remarks({ words, report: { remarks } }: { words: ReportWords; report: TenantSlaReport }) {
  const { say, count } = words;
  return (
    <Part title={say('remarks')}>
      {remarks.length === 0 ? <p className="faint">{say('remarksNone')}</p> : null}
      <ul className="report-remarks grid gap-2 m-0">
        {remarks.map(({ kind, region, hours, minutes, badMinutes, calls, failedCalls }) => (
          <li key={`${kind} ${region}`}>
            {say(`remark.${kind}` as ReportKey, {
              region: words.place(region),
              hours: count(hours),
              minutes: count(minutes),
              bad: count(badMinutes),
              calls: count(calls),
              failed: count(failedCalls),
            })}
          </li>
        ))}
      </ul>
    </Part>
  );
}
