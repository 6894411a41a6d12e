import { Check, Copy, Eye, EyeOff } from 'lucide-react';
import { useState } from 'react';
import { languageNames, reasonKeyOf } from '../core/messages/translate.ts';
import type { ParticipantModel } from '../core/model.ts';
import { protocolName } from '../core/protocol-name.ts';
import { groupsOf, masked, publishersOf, type WayField, type WayGroup, type WaysState } from '../core/ways.ts';
import type { MeetingActions } from './actions.ts';
import { useLanguage, useTranslate } from './language.tsx';
import { Panel } from './panel.tsx';
import { IconButton } from './parts.tsx';

interface WaysPanelProps {
  ways: WaysState | undefined;
  participants: readonly ParticipantModel[];
  actions: MeetingActions;
  onClose(): void;
}

/** How encoders, mini-programs and players get into and out of the room, and who publishes by such a way now. */
export function WaysPanel({ ways, participants, actions, onClose }: WaysPanelProps) {
  const t = useTranslate();
  return (
    <Panel title={t('ways.title')} name="ways" onClose={onClose}>
      <div className="panel-scroll ways">
        <Publishers publishers={publishersOf(participants)} />
        <Groups ways={ways} actions={actions} />
      </div>
    </Panel>
  );
}

function Publishers({ publishers }: { publishers: readonly ParticipantModel[] }) {
  const t = useTranslate();
  return (
    <section data-testid="ways-publishers">
      <h3>{t('ways.now')}</h3>
      {publishers.length === 0 ? <p className="faint">{t('ways.nobody')}</p> : null}
      <ul>
        {publishers.map((one) => (
          <li key={one.sessionId} className="ways-publisher" data-identity={one.identity} data-sending={one.sending}>
            <span className="ellipsis" title={one.name}>
              {one.name}
            </span>
            <span className="tag">{protocolName(one.protocol ?? '', t)}</span>
            <span className="ways-state">
              <span className="dot" data-lost={one.sending ? undefined : ''} />
              {t(one.sending ? 'ways.sending' : 'ways.silent')}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Groups({ ways, actions }: Pick<WaysPanelProps, 'ways' | 'actions'>) {
  const { t, language } = useLanguage();
  if (ways?.state === 'failed') {
    return (
      <div className="unexplained" role="status" data-testid="ways-failed">
        <p>{t('ways.failed')}</p>
        <p className="faint">{t(reasonKeyOf(ways.code))}</p>
        <p className="faint">{t('ended.code', { code: ways.code })}</p>
        <button type="button" className="button small" onClick={actions.askWaysAgain}>
          {t('where.askAgain')}
        </button>
      </div>
    );
  }
  if (ways?.state !== 'known') {
    return (
      <p className="faint" role="status">
        {t('common.loading')}
      </p>
    );
  }
  const groups = groupsOf(ways.ways, location.origin);
  if (groups.length === 0) return <p className="faint">{t('ways.none')}</p>;
  const until = new Date(ways.ways.encoder.expiresWallMs);
  const time = until.toLocaleString(languageNames[language].tag, { dateStyle: 'medium', timeStyle: 'short' });
  return (
    <>
      <p className="ways-expiry">{t('ways.expiry', { time })}</p>
      {groups.map((group) => (
        <Group key={group.id} group={group} actions={actions} />
      ))}
    </>
  );
}

function Group({ group, actions }: { group: WayGroup; actions: MeetingActions }) {
  const t = useTranslate();
  return (
    <section>
      <h3>{t(group.title)}</h3>
      <p className="faint">{t(group.text)}</p>
      {group.fields.map((field) => (
        <Field key={field.id} field={field} actions={actions} />
      ))}
    </section>
  );
}

/** A value to be copied. Its key is hidden until it is asked for: the screen may be shared. */
function Field({ field, actions }: { field: WayField; actions: MeetingActions }) {
  const t = useTranslate();
  const [isShown, setShown] = useState(false);
  const [isCopied, setCopied] = useState(false);
  const label = t(field.label);
  const copy = async (): Promise<void> => setCopied(await actions.copyText(field.value));
  return (
    <div className="ways-field">
      <label>
        <span>{label}</span>
        <input
          className="mono"
          readOnly
          data-testid={field.id}
          value={isShown ? field.value : masked(field)}
          onFocus={(event) => event.target.select()}
        />
      </label>
      {field.secret === '' ? null : (
        <IconButton
          className="bare small"
          label={t(isShown ? 'ways.hide' : 'ways.show', { label })}
          tipEnd
          aria-pressed={isShown}
          data-testid={`${field.id}-show`}
          onClick={() => setShown(!isShown)}
        >
          {isShown ? <EyeOff size={17} /> : <Eye size={17} />}
        </IconButton>
      )}
      <IconButton
        className="bare small"
        label={isCopied ? t('common.copied') : t('ways.copy', { label })}
        tipEnd
        onClick={() => void copy()}
      >
        {isCopied ? <Check size={17} /> : <Copy size={17} />}
      </IconButton>
    </div>
  );
}
