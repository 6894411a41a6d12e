// The little Markdown that generated pages are made of.

/** A table; `head` may have empty cells. A bar inside a cell would end it, so it is escaped. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll(/(?<!\\)\|/g, '\\|')).join(' | ')} |`.replaceAll(/ {2,}/g, ' ');
  return [line(head), `|${head.map(() => '---|').join('')}`, ...rows.map(line)].join('\n');
}

/** Parts of a page with an empty line between them. */
export const paragraphs = (...parts: readonly string[]): string => parts.join('\n\n');

/** The first line of every generated page. */
export const generatedLine = '> This page is generated from the code by `npm run docs`: change the code, then run it.';
