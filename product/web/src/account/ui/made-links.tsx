// Links to files that the user gave away, in the security dialog: listed, and ended alone or all together.
import { useCallback, useEffect, useRef, useState } from 'react';
import { timeFormat } from '../../core/time-formats.ts';
import { type AccountApi, codeOf } from '../api.ts';
import type { FileLink, FileLinkPage, Me } from '../core/model.ts';
import { useSay } from '../text.ts';
import { Trouble } from './fields.tsx';

interface MadeLinksProps {
  me: Me;
  api: AccountApi;
  timeZone: string;
}

export function MadeLinks({ me, api, timeZone }: MadeLinksProps) {
  const { say } = useSay();
  const [page, setPage] = useState<FileLinkPage>();
  const [problem, setProblem] = useState<unknown>();
  const [ended, setEnded] = useState('');
  const [isAsking, setAsking] = useState(false);
  const heading = useRef<HTMLHeadingElement>(null);
  const load = useCallback((): void => {
    api.fileLinks(me).then(setPage, setProblem);
  }, [api, me]);
  useEffect(load, [load]);
  const more = (cursor: string): void => {
    const joined = ({ data, ...rest }: FileLinkPage) => setPage({ data: [...(page?.data ?? []), ...data], ...rest });
    api.fileLinks(me, cursor).then(joined, setProblem);
  };
  const end = async (call: () => Promise<void>, done: string): Promise<void> => {
    setProblem(undefined);
    try {
      await call();
    } catch (error) {
      if (codeOf(error) !== 'NOT_FOUND') return setProblem(error); // it had already ended
    }
    setEnded(done);
    heading.current?.focus(); // the button disappears with its row
    load();
  };
  const cursor = page?.nextCursor;
  return (
    <section className="sessions" data-testid="made-links">
      <h3 ref={heading} tabIndex={-1}>
        {say('security.links')}
      </h3>
      <p className="faint small">{say('security.linksLead')}</p>
      <p className="visually-hidden" role="status">
        {ended}
      </p>
      {problem === undefined ? null : <Trouble title={say('security.linksFailed')} error={problem} />}
      {page?.data.length === 0 ? <p className="faint">{say('security.noLinks')}</p> : null}
      <ul>
        {page?.data.map((link) => (
          <LinkRow
            key={link.id}
            {...{ link, timeZone }}
            end={() => end(() => api.endFileLink(link.id), say('security.linkEnded'))}
          />
        ))}
      </ul>
      {cursor === undefined ? null : (
        <button type="button" className="button small quiet" onClick={() => more(cursor)}>
          {say('list.more')}
        </button>
      )}
      {page === undefined || page.data.length === 0 ? null : (
        <button
          type="button"
          className={`button small ${isAsking ? 'danger' : 'quiet'}`}
          data-testid="end-all-links"
          onClick={() => {
            setAsking(!isAsking);
            if (isAsking) void end(api.endFileLinks, say('security.allLinksEnded'));
          }}
        >
          {say(isAsking ? 'security.endAllSure' : 'security.endAllLinks')}
        </button>
      )}
    </section>
  );
}

function LinkRow({ link, timeZone, end }: { link: FileLink; timeZone: string; end(): Promise<void> }) {
  const { say, locale } = useSay();
  const [busy, setBusy] = useState(false);
  const format = timeFormat('dateTime', { locale, timeZone });
  const [from, to] = [format(Date.parse(link.createdAt)), format(Date.parse(link.expiresAt))];
  const name = say(link.item === undefined ? 'security.linkToRecording' : 'security.linkToItem');
  return (
    <li data-testid="made-link">
      <span className="session-what grid min-w-0">
        <strong>{name}</strong>
        <span className="faint small">{say('security.linkTimes', { from, to })}</span>
      </span>
      <button
        type="button"
        className="button small quiet"
        disabled={busy}
        aria-label={say('security.endLinkOf', { name, from })}
        onClick={() => {
          setBusy(true);
          void end().finally(() => setBusy(false));
        }}
      >
        {say('security.end')}
      </button>
    </li>
  );
}
