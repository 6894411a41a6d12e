// Tables for people. Names and titles that others wrote may hold control characters, which must not reach the terminal.

export type Cell = string | number | boolean | null | undefined;

const WIDTH_MAX = 60;

/** Returns the text on one line, without control characters. */
export const cellText = (cell: Cell): string => {
  if (cell === true) return 'yes';
  if (cell === false || cell === null || cell === undefined || cell === '') return '-';
  return String(cell).replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '·');
};

/** Returns a line of column names and a line for each row, in aligned columns. A long last cell stays whole. */
export function table(names: readonly string[], rows: readonly (readonly Cell[])[]): string {
  const lines = [names.map((name) => name.toUpperCase()), ...rows.map((row) => row.map(cellText))];
  const last = names.length - 1;
  const cut = lines.map((line) => line.map((cell, at) => (at === last ? cell : shortened(cell))));
  const widths = names.map((_, at) => Math.max(...cut.map((line) => widthOf(line[at] ?? ''))));
  const padded = (cell: string, at: number) => cell + ' '.repeat(Math.max(0, (widths[at] ?? 0) - widthOf(cell)));
  return cut.map((line) => line.map(padded).join('  ').trimEnd()).join('\n');
}

/** Returns one line for each name and value. */
export function facts(values: Readonly<Record<string, Cell>>): string {
  const width = Math.max(...Object.keys(values).map((name) => name.length));
  return Object.entries(values)
    .map(([name, value]) => `${name.padEnd(width)}  ${cellText(value)}`)
    .join('\n');
}

function shortened(cell: string): string {
  const characters = [...cell];
  return characters.length <= WIDTH_MAX ? cell : `${characters.slice(0, WIDTH_MAX - 1).join('')}…`;
}

/** Returns the width in terminal columns: Chinese characters take two. */
const widthOf = (text: string): number =>
  [...text].reduce(
    (sum, character) =>
      sum +
      (/[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}/u.test(
        character,
      )
        ? 2
        : 1),
    0,
  );
