// Matrix of regions: each row receives from each column. A single Tab stop; arrow keys move inside.
import { Check, CircleAlert, CircleX, Hourglass, Minus } from 'lucide-react';
import { type KeyboardEvent, useMemo, useRef, useState } from 'react';
import { Part } from '../../admin/traffic/parts.tsx';
import type { DialCell, DialState } from '../types.ts';
import {
  cellAfterKey,
  type DialChoice,
  type DialMatrix,
  type Health,
  healthOf,
  keyOf,
  matrixOf,
} from './core/state.ts';
import type { DialWords } from './words.ts';

const signs = { failing: CircleX, shaky: CircleAlert, good: Check, old: Hourglass, none: Minus } as const;

interface MatrixProps {
  words: DialWords;
  state: DialState;
  choice: DialChoice | undefined;
  onChoose(choice: DialChoice): void;
}

export function Matrix({ words, state, choice, onChoose }: MatrixProps) {
  const { say, place } = words;
  const matrix = useMemo(() => matrixOf(state), [state]);
  const { regions } = matrix;
  const table = useRef<HTMLTableElement>(null);
  const [stop, setStop] = useState({ row: 0, column: 0 });
  const last = regions.length - 1;
  const tabStop = { row: Math.min(stop.row, last), column: Math.min(stop.column, last) };
  const press = (event: KeyboardEvent): void => {
    const next = cellAfterKey(tabStop, event.key, regions.length);
    if (next === undefined) return;
    event.preventDefault();
    setStop(next);
    table.current?.querySelector<HTMLElement>(`[data-at="${next.row} ${next.column}"]`)?.focus();
  };
  return (
    <Part title={say('matrix')}>
      <p className="faint small">{say('matrixLead')}</p>
      <div className="dial-matrix">
        <table ref={table} aria-label={say('matrix')} onKeyDown={press}>
          <thead>
            <tr>
              <td className="faint small">{say('receives')}</td>
              {regions.map((from) => (
                <th key={from} scope="col">
                  {place(from)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {regions.map((to, row) => (
              <tr key={to}>
                <th scope="row">{place(to)}</th>
                {regions.map((from, column) => (
                  <MatrixCell
                    key={from}
                    {...{ words, matrix, to, from, choice, onChoose }}
                    at={`${row} ${column}`}
                    isStop={row === tabStop.row && column === tabStop.column}
                    onFocus={() => setStop({ row, column })}
                  />
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <Legend words={words} />
    </Part>
  );
}

interface CellProps extends Pick<MatrixProps, 'words' | 'choice' | 'onChoose'> {
  matrix: DialMatrix;
  to: string;
  from: string;
  at: string;
  isStop: boolean;
  onFocus(): void;
}

function MatrixCell({ words, matrix, to, from, choice, at, isStop, onChoose, onFocus }: CellProps) {
  const cell = matrix.at(to, from);
  const health = healthOf(cell, matrix.silent.has(to));
  const own: DialChoice =
    to === from ? { kind: 'call', region: to, toRegion: '' } : { kind: 'pair', region: to, toRegion: from };
  return (
    <td data-own={to === from ? '' : undefined}>
      <button
        type="button"
        className="dial-cell inline-flex items-center justify-center bordered rounded-s bg-surface text-plain text-s tabular pointer"
        data-health={health}
        data-at={at}
        tabIndex={isStop ? 0 : -1}
        aria-label={words.cell(own, cell, health)}
        aria-pressed={choice !== undefined && keyOf(choice) === keyOf(own)}
        onFocus={onFocus}
        onClick={() => onChoose(own)}
      >
        <Sign health={health} />
        {cell === undefined ? null : <ShareText {...{ words, cell }} />}
      </button>
    </td>
  );
}

export function Sign({ health }: { health: Health }) {
  const Icon = signs[health];
  return <Icon size={15} aria-hidden="true" />;
}

const ShareText = ({ words, cell }: { words: DialWords; cell: DialCell }) => <span>{words.share(cell)}</span>;

function Legend({ words: { say } }: { words: DialWords }) {
  return (
    <ul className="dial-legend flex flex-wrap p-0 text-soft small">
      {(['good', 'shaky', 'failing', 'old', 'none'] as const).map((health) => (
        <li key={health} data-health={health}>
          <Sign health={health} />
          {say(`health.${health}`)}
        </li>
      ))}
    </ul>
  );
}
