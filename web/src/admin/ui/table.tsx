import { LoaderCircle, RotateCw } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTexts } from '../text.ts';
import { sharedTexts } from './texts.ts';
import { AdminTrouble } from './trouble.tsx';
import type { ListState } from './use-list.ts';

export interface Column<Row> {
  readonly key: string;
  /** '': a column of buttons, with its name for screen readers only. */
  readonly title: string;
  readonly cell: (row: Row) => ReactNode;
  /** Numbers stand at the right. */
  readonly isNumber?: boolean;
}

interface TableProps<Row> {
  label: string;
  list: ListState<Row>;
  columns: readonly Column<Row>[];
  keyOf(row: Row): string;
  /** What is shown in place of no rows. */
  empty: ReactNode;
}

/** A list of the api as a table; on a phone each row is a card, whose lines have the columns' titles. */
export function ListTable<Row>({ label, list, columns, keyOf, empty }: TableProps<Row>) {
  const { say } = useTexts(sharedTexts);
  const { rows, problem } = list;
  if (problem !== undefined)
    return (
      <AdminTrouble title={say('failed')} error={problem}>
        <button type="button" className="button small" onClick={list.reload}>
          <RotateCw size={16} aria-hidden="true" />
          {say('retry')}
        </button>
      </AdminTrouble>
    );
  if (rows === undefined) return <Loading />;
  if (rows.length === 0) return <div className="admin-empty">{empty}</div>;
  return (
    <>
      <RowsTable {...{ label, rows, columns, keyOf }} />
      {list.hasMore ? (
        <button type="button" className="button quiet admin-more" onClick={list.more}>
          {say('more')}
        </button>
      ) : null}
    </>
  );
}

/** Rows that are here, as a table. */
export function RowsTable<Row>(props: Omit<TableProps<Row>, 'list' | 'empty'> & { rows: readonly Row[] }) {
  const { say } = useTexts(sharedTexts);
  const { label, rows, columns, keyOf } = props;
  return (
    <table className="admin-table" aria-label={label}>
      <thead>
        <tr>
          {columns.map(({ key, title, isNumber }) => (
            <th key={key} scope="col" data-number={isNumber ? '' : undefined}>
              {title === '' ? <span className="visually-hidden">{say('actions')}</span> : title}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={keyOf(row)}>
            {columns.map(({ key, title, cell, isNumber }) => (
              <td key={key} data-title={title} data-number={isNumber ? '' : undefined}>
                {cell(row)}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

export function Loading() {
  const { say } = useTexts(sharedTexts);
  return (
    <p className="list-note" role="status">
      <LoaderCircle size={26} className="spinner accent" aria-hidden="true" />
      {say('loading')}
    </p>
  );
}
