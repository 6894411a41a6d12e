// What other policies would have cost and gained: the newest comparison as a table and a picture.
import { Fact, Facts, LoadTrouble, Part } from '../../admin/traffic/parts.tsx';
import { useAsked } from '../../admin/ui/asked.ts';
import { type Column, Loading, RowsTable } from '../../admin/ui/table.tsx';
import type { ConsoleApi } from '../api.ts';
import type { PolicyComparison, PolicyFigures } from '../types.ts';
import { cheapestOf } from './core/figures.ts';
import { PolicyPicture } from './policy-picture.tsx';
import type { CostWords } from './words.ts';

const COMMAND = 'npm run sim -- --suite policies --api URL --publish';

export function Policies({ words, api }: { words: CostWords; api: ConsoleApi }) {
  const { say } = words;
  const { value, problem, reload } = useAsked(['policies'], () =>
    api.get<{ comparisons: readonly PolicyComparison[] }>('/cost/policies'),
  );
  const newest = value?.comparisons[0];
  return (
    <Part title={say('policies')}>
      {problem !== undefined ? (
        <LoadTrouble problem={problem} onRetry={reload} />
      ) : value === undefined ? (
        <Loading />
      ) : newest === undefined ? (
        <div className="admin-empty report-none" data-testid="no-policies">
          <p>{say('policiesEmpty')}</p>
          <code className="cost-command">{COMMAND}</code>
        </div>
      ) : (
        <Comparison {...{ words }} comparison={newest} />
      )}
    </Part>
  );
}

interface ComparisonProps {
  words: CostWords;
  comparison: PolicyComparison;
}

function Comparison({ words, comparison }: ComparisonProps) {
  const { say } = words;
  return (
    <>
      <p className="faint">{say('policiesLead')}</p>
      <div className="cost-policies">
        <RowsTable
          label={say('policies')}
          rows={comparison.policies}
          columns={columnsOf({ words, comparison })}
          keyOf={({ policy }) => policy}
        />
      </div>
      <div className="cost-beside">
        <PolicyPicture {...{ words, comparison }} />
        <MadeOf {...{ words, comparison }} />
      </div>
    </>
  );
}

function columnsOf({ words, comparison: { policies, currency } }: ComparisonProps): Column<PolicyFigures>[] {
  const { say, money, number, share } = words;
  const cheapest = cheapestOf(policies);
  const ms = (value: number): string => say('ms', { value: number(value) });
  type Measure = 'costPerUserHour' | 'onewayMsMean' | 'onewayMsP95';
  const compared = (key: Measure, title: string, text: (value: number) => string): Column<PolicyFigures> => ({
    key,
    title,
    isNumber: true,
    cell: (row) => (
      <div className="admin-two">
        <span>{text(row[key])}</span>
        {row === cheapest || cheapest === undefined ? null : (
          <span className="faint small">{words.difference(row[key], cheapest[key])}</span>
        )}
      </div>
    ),
  });
  return [
    {
      key: 'policy',
      title: say('policy'),
      cell: (row) => (
        <div className="admin-two">
          <span>{words.policy(row.policy, 'policy')}</span>
          {row === cheapest ? <span className="faint small">{say('cheapest')}</span> : null}
        </div>
      ),
    },
    compared('costPerUserHour', say('eachUserHour'), (value) => money(value, currency)),
    compared('onewayMsMean', say('delayMean'), ms),
    compared('onewayMsP95', say('delayP95'), ms),
    { key: 'under', title: say('under150'), isNumber: true, cell: (row) => share(row.shareUnder150Ms) },
    { key: 'nodes', title: say('nodesPerRoom'), isNumber: true, cell: (row) => number(row.nodesPerRoom, 2) },
    { key: 'relayed', title: say('relayed'), isNumber: true, cell: (row) => share(row.relayedShare) },
    { key: 'moves', title: say('moves'), isNumber: true, cell: (row) => number(row.movesPerPersonHour, 2) },
  ];
}

function MadeOf({ words, comparison }: ComparisonProps) {
  const { say, number, share, time } = words;
  const { from, to, madeAt, rooms, people, nodes, notes } = comparison;
  return (
    <div className="cost-made" data-testid="made-of">
      <h3>{say('madeOf')}</h3>
      <Facts>
        <Fact name={say('time')}>
          {time(from)} – {time(to)}
        </Fact>
        <Fact name={say('rooms')}>{say('roomsOf', { rooms: number(rooms), share: share(comparison.share) })}</Fact>
        <Fact name={say('people')}>{number(people)}</Fact>
        <Fact name={say('mediaNodes')}>{number(nodes)}</Fact>
        <Fact name={say('made')}>{time(madeAt)}</Fact>
      </Facts>
      {notes.length === 0 ? null : (
        <>
          <h3>{say('notes')}</h3>
          <ul className="report-remarks" lang="en">
            {notes.map((note) => (
              <li key={note}>{note}</li>
            ))}
          </ul>
        </>
      )}
    </div>
  );
}
