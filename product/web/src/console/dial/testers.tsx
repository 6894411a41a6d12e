import { Part, State } from '../../admin/traffic/parts.tsx';
import { consolePath } from '../core/route.ts';
import type { DialCell, DialState } from '../types.ts';
import { type SortColumn, SortTable } from '../ui/sortable.tsx';
import { type DialChoice, type DialRow, dialKinds, healthOf, rowsOf, successShare } from './core/state.ts';
import { Sign } from './matrix.tsx';
import type { DialWords } from './words.ts';

interface TestersProps {
  words: DialWords;
  state: DialState;
  onChoose(choice: DialChoice): void;
}

export function Testers({ words, state, onChoose }: TestersProps) {
  const columns = useColumns(words, Date.parse(state.at), onChoose);
  return (
    <Part title={words.say('testers')}>
      <SortTable
        label={words.say('testers')}
        rows={rowsOf(state)}
        columns={columns}
        first={{ key: 'region', isDown: false }}
        keyOf={({ region }) => region}
      />
    </Part>
  );
}

function useColumns(
  words: DialWords,
  nowMs: number,
  onChoose: TestersProps['onChoose'],
): readonly SortColumn<DialRow>[] {
  const { say, place, ms } = words;
  const resultColumn = (key: 'call' | 'stream' | 'booking', title: string): SortColumn<DialRow> => ({
    key,
    title,
    value: (row) => row[key] && successShare(row[key]),
    cell: (row) => <TestResult {...{ words, onChoose }} cell={row[key]} isSilent={row.isSilent} />,
  });
  return [
    {
      key: 'region',
      title: say('region'),
      value: ({ region }) => place(region),
      cell: ({ region, probe, hostId }) => (
        <div className="admin-two">
          <span>{place(region)}</span>
          <span className="faint small">
            {probe} · {hostId}
          </span>
        </div>
      ),
    },
    resultColumn('call', say('calls')),
    {
      key: 'join',
      title: say('join'),
      isNumber: true,
      isDescendingFirst: true,
      value: ({ call }) => call?.joinMs,
      cell: ({ call }) => <span className="nowrap">{ms(call?.joinMs)}</span>,
    },
    {
      key: 'firstFrame',
      title: say('firstFrame'),
      isNumber: true,
      isDescendingFirst: true,
      value: ({ call }) => call?.firstFrameMs,
      cell: ({ call }) => <span className="nowrap">{ms(call?.firstFrameMs)}</span>,
    },
    resultColumn('stream', say('stream')),
    resultColumn('booking', say('booking')),
    {
      key: 'servedBy',
      title: say('servedBy'),
      value: ({ call }) => call?.servedBy,
      cell: ({ call }) =>
        call?.servedBy === undefined ? (
          <span className="faint">–</span>
        ) : (
          <a href={consolePath({ page: 'node', node: call.servedBy })}>{call.servedBy}</a>
        ),
    },
    {
      key: 'report',
      title: say('report'),
      isDescendingFirst: true,
      value: ({ reportedMs }) => nowMs - reportedMs,
      cell: (row) => <Age {...{ words, row, nowMs }} />,
    },
  ];
}

interface TestResultProps extends Pick<TestersProps, 'words' | 'onChoose'> {
  cell: DialCell | undefined;
  isSilent: boolean;
}

/** Opens the tests of a kind, as a cell of the matrix does. */
function TestResult({ words, cell, isSilent, onChoose }: TestResultProps) {
  const kind = dialKinds.find((one) => one === cell?.kind);
  if (cell === undefined || kind === undefined) return <span className="faint">–</span>;
  const health = healthOf(cell, isSilent);
  const choice: DialChoice = { kind, region: cell.region, toRegion: cell.toRegion };
  return (
    <button
      type="button"
      className="dial-cell inline-flex items-center justify-center bordered rounded-s bg-surface text-plain text-s tabular pointer"
      data-health={health}
      aria-label={words.cell(choice, cell, health)}
      onClick={() => onChoose(choice)}
    >
      <Sign health={health} />
      <span>{words.share(cell)}</span>
    </button>
  );
}

function Age({ words, row, nowMs }: { words: DialWords; row: DialRow; nowMs: number }) {
  const { say, count } = words;
  const s = Math.max(0, Math.round((nowMs - row.reportedMs) / 1000));
  if (row.isSilent) return <State tone="bad">{say('silent', { s: count(s) })}</State>;
  const text = s < 120 ? say('agoS', { s: count(s) }) : say('agoMin', { min: count(Math.round(s / 60)) });
  return <span className="faint nowrap">{text}</span>;
}
