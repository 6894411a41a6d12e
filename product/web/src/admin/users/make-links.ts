// Password links for users that an imported table made.
import type { Language } from '../../core/query.ts';
import type { UsersApi } from './api.ts';
import type { Answers } from './core/results.ts';
import type { ReadRow } from './core/user-rows.ts';

export interface LinkOf {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  /** Undefined: it could not be made. */
  readonly url?: string;
  readonly mailed?: boolean;
}

/** Users that the table made: those that were there before have a password, or a way to sign in. */
export const newUsers = (rows: readonly ReadRow[], answers: Answers): readonly Omit<LinkOf, 'url' | 'mailed'>[] =>
  rows.flatMap(({ line, name, email }) => {
    const { status, id } = answers.get(line) ?? {};
    return status === 201 && id !== undefined ? [{ id, name, email }] : [];
  });

/** One after the other; `onLinks` has all so far. One that fails stops no other. */
export async function makeLinks(
  api: Pick<UsersApi, 'passwordLink'>,
  users: readonly Omit<LinkOf, 'url' | 'mailed'>[],
  mailIn: Language | undefined,
  onLinks: (links: readonly LinkOf[]) => void,
): Promise<void> {
  const links: LinkOf[] = [];
  for (const { id, name, email } of users) {
    try {
      const { url, mailed = false } = await api.passwordLink(id, mailIn);
      links.push({ id, name, email, url, mailed });
    } catch (error) {
      console.info('A link was not made:', error);
      links.push({ id, name, email });
    }
    onLinks([...links]);
  }
}

/** As CSV, with a line of titles. */
export const linksCsv = (links: readonly LinkOf[]): string =>
  [['name', 'email', 'link'], ...links.map(({ name, email, url = '' }) => [name, email, url])]
    .map((cells) => cells.map(quoted).join(','))
    .join('\r\n');

/** A spreadsheet would run what begins with one of these signs. */
const quoted = (cell: string): string => `"${cell.replace(/^(?=[=+\-@\t\r])/, "'").replaceAll('"', '""')}"`;
