import { Link2 } from 'lucide-react';
import { useState } from 'react';
import { copyWhenReady } from '../../room/clipboard.ts';
import type { AccountApi } from '../api.ts';
import type { Invitee, Meeting } from '../core/model.ts';
import { useSay } from '../text.ts';
import { useMail } from './mail.ts';

interface InvitedProps {
  meeting: Meeting;
  api: AccountApi;
  mayChange: boolean;
}

export function InviteeList({ meeting: { id, invitees }, api, mayChange }: InvitedProps) {
  const { say } = useSay();
  const mail = useMail();
  if (invitees.length === 0) return <p className="faint small">{say('details.noInvitees')}</p>;
  return (
    <section className="invited">
      <h3>{say('details.invitees', { count: invitees.length })}</h3>
      {mayChange && mail === false ? <p className="field-hint">{say('links.noMail')}</p> : null}
      <ul className={mayChange ? 'with-links' : ''}>
        {invitees.map((invitee) => {
          const { role, status } = invitee;
          const said =
            role === 'host' || role === 'cohost' || role === 'speaker' || role === 'attendee'
              ? `${say(`form.role.${role}`)} · ${say(`answer.${status}`)}`
              : say(`answer.${status}`);
          return (
            <li key={invitee.id}>
              <span className="invitee">
                <span className="ellipsis">{nameOf(invitee)}</span>
                <span className="faint small">{said}</span>
              </span>
              {mayChange ? <InviteeLink {...{ api, invitee }} meeting={id} /> : null}
            </li>
          );
        })}
      </ul>
    </section>
  );
}

export function InviteeLinks({ meeting: { id, invitees }, api }: Pick<InvitedProps, 'meeting' | 'api'>) {
  const { say } = useSay();
  const mail = useMail();
  const linked = invitees.filter(hasLink);
  if (linked.length === 0) return null;
  const isMailed = mail === true && linked.some(({ email }) => email !== '');
  return (
    <div className="booked-links grid one-column gap-1">
      {isMailed ? <p>{say('links.mailed')}</p> : null}
      {mail === false ? <p>{say('links.noMail')}</p> : null}
      {/* Links that were mailed are rarely needed. */}
      <details open={mail === false}>
        <summary>{say('links.title', { count: linked.length })}</summary>
        <ul className="with-links">
          {linked.map((invitee) => (
            <li key={invitee.id}>
              <span className="ellipsis">{nameOf(invitee)}</span>
              <InviteeLink {...{ api, invitee }} meeting={id} />
            </li>
          ))}
        </ul>
      </details>
    </div>
  );
}

const nameOf = ({ name, email, userId }: Invitee): string => name || email || userId;
/** An invitee with only a name has no personal link. */
const hasLink = ({ email, userId }: Invitee): boolean => email !== '' || userId !== '';

/**
 * A button that fetches an invitee's link, on demand since the audit log records each request, and copies it. The link
 * is shown too, in case the browser does not copy.
 */
function InviteeLink({ meeting, invitee, api }: { meeting: string; invitee: Invitee; api: AccountApi }) {
  const { say } = useSay();
  const [url, setUrl] = useState('');
  const [state, setState] = useState<'' | 'copied' | 'copyFailed' | 'failed'>('');
  if (!hasLink(invitee)) return null;
  const copy = async (): Promise<void> => {
    const link = api.linkOf(meeting, invitee.id);
    const copied = copyWhenReady(link);
    try {
      setUrl(await link);
    } catch (error) {
      console.info('There is no link:', error);
      copied.catch(() => undefined); // the same error was handled above
      setState('failed');
      return;
    }
    setState(
      await copied.then(
        () => 'copied' as const,
        (error: unknown) => {
          console.info('The browser did not copy:', error);
          return 'copyFailed' as const;
        },
      ),
    );
  };
  const buttonText = {
    '': say('details.copyLink'),
    copied: say('details.copied'),
    copyFailed: say('details.copyFailed'),
    failed: say('links.failed'),
  }[state];
  return (
    <>
      <button
        type="button"
        className="button small quiet"
        data-testid="invitee-link"
        aria-label={state === '' ? say('links.copyOf', { name: nameOf(invitee) }) : undefined}
        onClick={() => void copy()}
        onBlur={() => setState('')}
      >
        <Link2 size={16} aria-hidden="true" />
        <span aria-live="polite">{buttonText}</span>
      </button>
      {url === '' ? null : (
        <input
          className="input link"
          readOnly
          value={url}
          aria-label={say('links.of', { name: nameOf(invitee) })}
          onFocus={(event) => event.target.select()}
        />
      )}
    </>
  );
}
