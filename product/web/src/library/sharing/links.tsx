// Links to an item: a new one to copy, and the open ones.
import { type FormEvent, useEffect, useState } from 'react';
import { Check, Choose } from '../../account/ui/fields.tsx';
import { CopyButton } from '../../account/ui/small-dialogs.tsx';
import { useTexts } from '../../admin/text.ts';
import { timeFormat } from '../../core/time-formats.ts';
import type { LibraryApi } from '../api.ts';
import type { Item, ItemLink, OpenItemLinkPage } from '../core/model.ts';
import { includes } from '../core/rights.ts';
import { Trouble } from '../ui/trouble.tsx';
import { sharingTexts } from './text.ts';

const spans = { hour: 3600, day: 86_400, week: 7 * 86_400 } as const;
type Span = keyof typeof spans;
const spanNames: readonly Span[] = ['hour', 'day', 'week'];

interface LinksProps {
  item: Item;
  api: LibraryApi;
  timeZone: string;
}

export function Links({ item, api, timeZone }: LinksProps) {
  const { say, locale } = useTexts(sharingTexts);
  const [span, setSpan] = useState<Span>('day');
  const [mayDownload, setMayDownload] = useState(false);
  const [link, setLink] = useState<ItemLink>();
  const [problem, setProblem] = useState<unknown>();
  const make = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    setProblem(undefined);
    try {
      setLink(
        await api.link(item.id, { expiresInS: spans[span], may: mayDownload ? 'download' : 'play', use: 'share' }),
      );
    } catch (error) {
      setProblem(error);
    }
  };
  const [isOfFile, setOfFile] = useState(false);
  const address = (isOfFile ? link?.url : link?.pageUrl) ?? '';
  const until = timeFormat('dateTime', { locale, timeZone });
  return (
    <>
      <form className="grid gap-3" data-testid="link-form" onSubmit={(event) => void make(event)}>
        <p className="faint">{say('link.lead')}</p>
        <Choose<Span>
          label={say('link.expires')}
          value={span}
          options={spanNames.map((one) => [one, say(`link.${one}`)] as const)}
          onChoose={(chosen) => {
            setSpan(chosen);
            setLink(undefined);
          }}
        />
        {includes(item.may, 'download') ? (
          <Check
            label={say('link.may')}
            on={mayDownload}
            onChange={(on) => {
              setMayDownload(on);
              setLink(undefined);
            }}
          />
        ) : null}
        {problem === undefined ? null : <Trouble title={say('link.failed')} error={problem} />}
        {link === undefined ? (
          <button type="submit" className="button primary">
            {say('link.make')}
          </button>
        ) : (
          <>
            <Check label={say('link.file')} hint={say('link.fileHint')} on={isOfFile} onChange={setOfFile} />
            <input
              className="input"
              readOnly
              value={address}
              aria-label={say('link.address')}
              onFocus={(event) => event.target.select()}
            />
            <p className="field-hint">{say('link.until', { time: until(Date.parse(link.expiresAt)) })}</p>
            <CopyButton key={address} text={address} label={say('link.copyIt')} primary />
          </>
        )}
      </form>
      <OpenLinks
        key={link?.id ?? ''}
        item={item}
        api={api}
        timeText={(at) => until(Date.parse(at))}
        onEnd={(id) => setLink((shown) => (shown?.id === id ? undefined : shown))}
      />
    </>
  );
}

interface OpenLinksProps extends Omit<LinksProps, 'timeZone'> {
  timeText(at: string): string;
  onEnd(id: string): void;
}

/** Shows open links that the user may end. */
function OpenLinks({ item, api, timeText, onEnd }: OpenLinksProps) {
  const { say } = useTexts(sharingTexts);
  const [{ data: links, nextCursor }, setPage] = useState<OpenItemLinkPage>({ data: [] });
  const [problem, setProblem] = useState<unknown>();
  useEffect(() => {
    api.links(item.id).then(setPage, setProblem);
  }, [api, item.id]);
  const end = async (id: string): Promise<void> => {
    setProblem(undefined);
    try {
      await api.endLink(id);
      setPage(({ data, ...rest }) => ({ data: data.filter((one) => one.id !== id), ...rest }));
      onEnd(id);
    } catch (error) {
      setProblem(error);
    }
  };
  const more = (cursor: string): void => {
    const joined = ({ data, ...rest }: OpenItemLinkPage) => setPage({ data: [...links, ...data], ...rest });
    api.links(item.id, cursor).then(joined, setProblem);
  };
  return (
    <div className={links.length === 0 ? '' : 'grid gap-3 open-links'} data-testid="open-links">
      {problem === undefined ? null : <Trouble title={say('link.listFailed')} error={problem} />}
      {links.length === 0 ? null : <h4>{say('link.open')}</h4>}
      {links.map(({ id, may, createdAt, expiresAt }) => {
        const link = say(may === 'download' ? 'link.rowDownload' : 'link.rowPlay', {
          from: timeText(createdAt),
          to: timeText(expiresAt),
        });
        return (
          <div key={id} className="in-row justify-between gap-3">
            <span className="text-s text-soft">{link}</span>
            <button
              type="button"
              className="button small quiet flex-none"
              aria-label={say('link.endOf', { link })}
              onClick={() => void end(id)}
            >
              {say('link.end')}
            </button>
          </div>
        );
      })}
      {nextCursor === undefined ? null : (
        <button type="button" className="button small quiet" onClick={() => more(nextCursor)}>
          {say('more')}
        </button>
      )}
    </div>
  );
}
