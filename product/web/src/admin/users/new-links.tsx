import { Download, KeyRound } from 'lucide-react';
import { useState } from 'react';
import { Check } from '../../account/ui/fields.tsx';
import { useLanguage } from '../../ui/language.tsx';
import { useTexts } from '../text.ts';
import { OneTime } from '../ui/one-time.tsx';
import type { UsersApi } from './api.ts';
import { linksCsv, makeLinks, type newUsers, type UserLink } from './make-links.ts';
import { usersTexts } from './text.ts';

interface NewLinksProps {
  api: UsersApi;
  mails: boolean;
  users: ReturnType<typeof newUsers>;
  onLinks(): void;
}

export function NewLinks({ api, mails, users, onLinks }: NewLinksProps) {
  const { say } = useTexts(usersTexts);
  const { language } = useLanguage();
  const [mail, setMail] = useState(true);
  const [links, setLinks] = useState<readonly UserLink[]>();
  if (users.length === 0) return null;
  if (links === undefined)
    return (
      <div className="new-links grid gap-3">
        {mails ? <Check label={say('linksMail')} on={mail} onChange={setMail} /> : null}
        <button
          type="button"
          className="button"
          data-testid="make-links"
          onClick={() => {
            setLinks([]);
            onLinks();
            void makeLinks(api, users, mails && mail ? language : undefined, setLinks);
          }}
        >
          <KeyRound size={18} aria-hidden="true" />
          {say(users.length === 1 ? 'linksButtonOne' : 'linksButton', { count: users.length })}
        </button>
      </div>
    );
  return (
    <div className="new-links grid gap-3">
      <Progress links={links} count={users.length} isMailed={mails && mail} />
      {links.length === users.length ? <Links csv={linksCsv(links)} /> : null}
    </div>
  );
}

function Progress({ links, count, isMailed }: { links: readonly UserLink[]; count: number; isMailed: boolean }) {
  const { say } = useTexts(usersTexts);
  const made = links.filter(({ url }) => url !== undefined).length;
  const mailed = links.filter((link) => link.mailed === true).length;
  const failed = links.length - made;
  const words =
    links.length < count
      ? say('linksMaking', { done: links.length, count })
      : say(isMailed ? 'linksMade' : 'linksMadeOnly', { made, mailed });
  return (
    <p role="status">
      {words} {failed === 0 ? null : <span className="field-error">{say('linksFailed', { count: failed })}</span>}
    </p>
  );
}

function Links({ csv }: { csv: string }) {
  const { say } = useTexts(usersTexts);
  return (
    <>
      <OneTime label={say('linksLabel')} value={csv} copy={say('linksCopy')} isBlock isPrimary />
      <a
        className="button small quiet justify-self-start"
        href={`data:text/csv;charset=utf-8,${encodeURIComponent(csv)}`}
        download="links.csv"
      >
        <Download size={16} aria-hidden="true" />
        {say('linksDownload')}
      </a>
    </>
  );
}
