// Details of one kind of dial test for a region or a pair: charts of the last day, and failures.
import { X } from 'lucide-react';
import { lazy, Suspense, useEffect, useMemo, useRef } from 'react';
import { LoadTrouble, Stale } from '../../admin/traffic/parts.tsx';
import { useApiQuery } from '../../admin/ui/queries.ts';
import { type Column, Loading, RowsTable } from '../../admin/ui/table.tsx';
import type { ConsoleApi } from '../api.ts';
import type { ConsolePorts } from '../ports.ts';
import type { DialHistory } from '../types.ts';
import { type DialChoice, seriesOf } from './core/state.ts';
import type { DialWords } from './words.ts';

/** Charts load on demand, since uPlot is large. */
const Charts = lazy(() => import('./chart.tsx'));

const EVERY_MS = 30_000;
const DAY_MS = 86_400_000;

interface DetailProps {
  api: ConsoleApi;
  ports: ConsolePorts;
  words: DialWords;
  choice: DialChoice;
  onClose(): void;
}

export function Detail({ api, ports, words, choice, onClose }: DetailProps) {
  const { kind, region, toRegion } = choice;
  const { value, problem, reload } = useApiQuery(
    ['dial history', kind, region, toRegion],
    () => api.get<DialHistory>('/console/dial/history', { kind, region, ...(toRegion !== '' && { toRegion }) }),
    EVERY_MS,
  );
  const title = words.choice(choice);
  const { partRef, closeRef } = useScrollAndFocus(title);
  return (
    <section
      ref={partRef}
      className="dial-detail p-3 bordered rounded-m bg-surface"
      aria-label={title}
      data-testid="dial-detail"
      onKeyDown={({ key }) => key === 'Escape' && onClose()}
    >
      <div className="in-row gap-2 justify-between">
        <h2>{title}</h2>
        <button
          ref={closeRef}
          type="button"
          className="icon-button bare"
          aria-label={words.say('close')}
          onClick={onClose}
        >
          <X size={20} aria-hidden="true" />
        </button>
      </div>
      {problem === undefined ? null : value === undefined ? (
        <LoadTrouble problem={problem} onRetry={reload} />
      ) : (
        <Stale />
      )}
      {value === undefined ? (
        problem === undefined ? (
          <Loading />
        ) : null
      ) : (
        <DetailBody {...{ words }} history={value} nowMs={ports.now()} timeZone={ports.timeZone} />
      )}
    </section>
  );
}

/** Scrolls the details into view. If a key opened them, the close button has the focus until they close. */
function useScrollAndFocus(title: string) {
  const partRef = useRef<HTMLElement>(null);
  const closeRef = useRef<HTMLButtonElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another choice scrolls again
  useEffect(() => {
    partRef.current?.scrollIntoView({ block: 'nearest' });
  }, [title]);
  useEffect(() => {
    const before = document.activeElement;
    if (!(before instanceof HTMLElement) || !before.matches(':focus-visible')) return;
    closeRef.current?.focus();
    return () => before.focus();
  }, []);
  return { partRef, closeRef };
}

interface DetailBodyProps {
  words: DialWords;
  history: DialHistory;
  nowMs: number;
  timeZone: string;
}

function DetailBody({ words, history, nowMs, timeZone }: DetailBodyProps) {
  const { say, count } = words;
  const [fromS, toS] = [Math.floor((nowMs - DAY_MS) / 1000), Math.floor(nowMs / 1000)];
  const series = useMemo(() => seriesOf(history, fromS, toS), [history, fromS, toS]);
  const sum = (name: 'tried' | 'failed'): number => history.points.reduce((all, point) => all + point[name], 0);
  return (
    <>
      <h3>{say('day')}</h3>
      {history.points.length === 0 ? (
        <p className="faint">{say('dayNone')}</p>
      ) : (
        <>
          <p className="faint small">{say('daySum', { tried: count(sum('tried')), failed: count(sum('failed')) })}</p>
          <Suspense fallback={<div className="dial-charts min-w-0" />}>
            <Charts {...{ series, timeZone, fromS, toS }} />
          </Suspense>
        </>
      )}
      <h3>{say('failures')}</h3>
      {history.failures.length === 0 ? (
        <p className="faint">{say('failuresNone')}</p>
      ) : (
        <Failures {...{ words, history }} />
      )}
    </>
  );
}

type Failure = DialHistory['failures'][number];

function Failures({ words, history }: Pick<DetailBodyProps, 'words' | 'history'>) {
  const { say, exactTime, stage } = words;
  const columns: readonly Column<Failure>[] = [
    { key: 'time', title: say('time'), cell: ({ at }) => <time dateTime={at}>{exactTime(at)}</time> },
    { key: 'stage', title: say('stage'), cell: (failure) => stage(failure.stage) },
    {
      key: 'cause',
      title: say('cause'),
      cell: ({ code, text }) => (
        <div className="admin-two">
          <code>{code}</code>
          <span className="faint small">{text}</span>
        </div>
      ),
    },
    { key: 'servedBy', title: say('servedBy'), cell: ({ servedBy = '–' }) => servedBy },
  ];
  return (
    <div className="dial-failures">
      <RowsTable
        label={say('failures')}
        rows={history.failures}
        columns={columns}
        keyOf={({ at, probe }) => `${at} ${probe}`}
      />
    </div>
  );
}
