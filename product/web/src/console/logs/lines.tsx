// Table of log lines. A row opens to show its whole line.
import { useTexts } from '../../admin/text.ts';
import { type Column, RowsTable } from '../../admin/ui/table.tsx';
import { timeFormat, type UserLocale } from '../../core/time-formats.ts';
import { consolePath } from '../core/route.ts';
import type { LogSearch } from '../types.ts';
import { prettyJson } from './core/search.ts';
import { logsTexts } from './text.ts';
import { lineKey } from './use-search.ts';

type Line = LogSearch['lines'][number];

export function Lines({ found, timeZone }: { found: LogSearch; timeZone: string }) {
  const { say, locale } = useTexts(logsTexts);
  if (found.lines.length === 0)
    return (
      <div className="admin-empty" data-testid="no-lines">
        <p>{say('none')}</p>
        <p className="faint">{say('noneHow')}</p>
      </div>
    );
  const columns: readonly Column<Line>[] = [
    {
      key: 'time',
      title: say('time'),
      cell: ({ at }) => (
        <time className="nowrap" dateTime={at}>
          {lineTime(at, { locale, timeZone })}
        </time>
      ),
    },
    {
      key: 'node',
      title: say('node'),
      cell: ({ node }) =>
        node === 'centre' || node === '' ? node : <a href={consolePath({ page: 'node', node })}>{node}</a>,
    },
    {
      key: 'message',
      title: say('message'),
      cell: ({ level, message, text, isCut }) => (
        <details className="log-line min-w-0">
          <summary>
            <span className="log-level text-soft text-s" data-level={level}>
              {level}
            </span>{' '}
            <span lang="en">{message === '' ? text.slice(0, 120) : message}</span>
          </summary>
          {isCut ? <p className="faint small">{say('cut')}</p> : null}
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, also by keys */}
          <pre lang="en" tabIndex={0}>
            {prettyJson(text)}
          </pre>
        </details>
      ),
    },
  ];
  return (
    <div className="logs-lines" data-testid="log-lines">
      <RowsTable label={say('lines')} rows={found.lines} columns={columns} keyOf={lineKey} />
    </div>
  );
}

/** Formats a time with its milliseconds, since the order of events matters in logs. */
function lineTime(at: string, reader: UserLocale): string {
  return timeFormat('logTime', reader)(Date.parse(at));
}
