// What became of each client in each case. Pure.
import type { ClientKind } from '../../../test/support/livekit/agent.ts';

export type Outcome =
  | { readonly kind: 'ok'; readonly seconds: number }
  | { readonly kind: 'failed'; readonly seconds: number; readonly why: string }
  /** Its SDK cannot do it. */
  | { readonly kind: 'not'; readonly why: string };

export interface Cell {
  readonly client: ClientKind;
  readonly what: string;
  readonly outcome: Outcome;
}

export const wordOf = (outcome: Outcome): string => {
  if (outcome.kind === 'not') return '-';
  return `${outcome.kind === 'ok' ? 'ok' : 'FAILED'} ${outcome.seconds.toFixed(1)}`;
};

/** Lines for people: a row for each case, a column for each client; a cell that was not tried is empty. */
export function tableOf(cells: readonly Cell[], clients: readonly ClientKind[]): readonly string[] {
  const cases = [...new Set(cells.map(({ what }) => what))];
  const rows = cases.map((what) => [
    what,
    ...clients.map((client) => {
      const cell = cells.find((one) => one.client === client && one.what === what);
      return cell === undefined ? '' : wordOf(cell.outcome);
    }),
  ]);
  const all = [['', ...clients], ...rows];
  const widths = all[0]?.map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0))) ?? [];
  return all.map((row) =>
    row
      .map((word, column) => word.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}

/** One line for each failure. */
export const failuresOf = (cells: readonly Cell[]): readonly string[] =>
  cells.flatMap(({ client, what, outcome }) =>
    outcome.kind === 'failed' ? [`${what} of ${client}: ${outcome.why}`] : [],
  );
