/** Makes a table; `head` may have empty cells. Bars inside cells are escaped, as they would end the cell. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll(/(?<!\\)\|/g, '\\|')).join(' | ')} |`.replaceAll(/ {2,}/g, ' ');
  return [line(head), `|${head.map(() => '---|').join('')}`, ...rows.map(line)].join('\n');
}

export const paragraphs = (...parts: readonly string[]): string => parts.join('\n\n');

/** First line of every generated page. */
export const generatedLine = '> This page is generated from the code by `npm run docs`: change the code, then run it.';
