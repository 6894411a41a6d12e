// List of texts with times. A press seeks to the time; the current row stays in view.
import { type RefObject, useEffect, useMemo, useRef } from 'react';
import { clockText } from '../../core/clock.ts';

export interface TimeRow {
  readonly startMs: number;
  readonly text: string;
  /** Accessible name. */
  readonly label: string;
  /** Name before the text. */
  readonly by?: string;
}

interface TimeListProps {
  rows: readonly TimeRow[];
  /** Index of the current row; -1 if none. */
  current: number;
  onSeek(ms: number): void;
}

/** Rows rendered around the current one: a transcript of a long meeting has thousands. */
const ROWS_MAX = 400;

export function TimeList({ rows, current, onSeek }: TimeListProps) {
  const list = useRef<HTMLOListElement>(null);
  useFollowed(list, current);
  const numbered = useMemo(() => rows.map((row, number) => ({ row, number })), [rows]); // several may share a time
  const from = Math.max(0, Math.min(current - ROWS_MAX / 2, rows.length - ROWS_MAX));
  return (
    <ol ref={list} className="time-list">
      {numbered.slice(from, from + ROWS_MAX).map(({ row: { startMs, text, label, by }, number }) => (
        <li key={number}>
          <button type="button" aria-current={number === current} aria-label={label} onClick={() => onSeek(startMs)}>
            <span className="text-accent weight-600 tabular">{clockText(startMs)}</span>
            <span className="min-w-0">
              {by === undefined ? null : <b>{by} </b>}
              {text}
            </span>
          </button>
        </li>
      ))}
    </ol>
  );
}

/** Scrolls the list, not the page, to the current row, unless a person points at the list. */
function useFollowed(list: RefObject<HTMLOListElement | null>, current: number): void {
  // biome-ignore lint/correctness/useExhaustiveDependencies: another current row is another place
  useEffect(() => {
    const element = list.current;
    const row = element?.querySelector<HTMLElement>('[aria-current=true]');
    if (element === null || row === null || row === undefined || element.matches(':hover')) return;
    const top = row.offsetTop; // the list is positioned
    if (top < element.scrollTop || top + row.offsetHeight > element.scrollTop + element.clientHeight)
      element.scrollTop = top - element.clientHeight / 3;
  }, [list, current]);
}
