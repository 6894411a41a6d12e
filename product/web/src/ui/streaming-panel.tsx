import { Check, Copy, Eye, EyeOff, TriangleAlert } from 'lucide-react';
import { useState } from 'react';
import { type LiveStreams, partsOf, pushedText, warningsOf, watchedText } from '../core/live-streams.ts';
import { languageNames } from '../core/messages/translate.ts';
import type { ParticipantModel } from '../core/model.ts';
import { protocolName } from '../core/protocol-name.ts';
import {
  type AddressesState,
  type AddressField,
  type AddressGroup,
  groupsOf,
  masked,
  publishersOf,
} from '../core/stream-addresses.ts';
import { browserTimeZone, timeFormat } from '../core/time-formats.ts';
import type { MeetingActions } from './actions.ts';
import { FailureLines } from './failure.tsx';
import { useLanguage, useTranslate } from './language.tsx';
import { Panel } from './panel.tsx';
import { IconButton } from './parts.tsx';

interface StreamingPanelProps {
  addresses: AddressesState | undefined;
  live: LiveStreams | undefined;
  participants: readonly ParticipantModel[];
  actions: MeetingActions;
  onClose(): void;
}

/** Addresses for encoders, mini-programs and players, and the participants that currently publish through them. */
export function StreamingPanel({ addresses, live, participants, actions, onClose }: StreamingPanelProps) {
  const t = useTranslate();
  return (
    <Panel title={t('streaming.title')} name="streaming" onClose={onClose}>
      <div className="panel-scroll streaming">
        <Publishers publishers={publishersOf(participants)} live={live} />
        <Groups addresses={addresses} actions={actions} />
      </div>
    </Panel>
  );
}

function Publishers({
  publishers,
  live,
}: { publishers: readonly ParticipantModel[] } & Pick<StreamingPanelProps, 'live'>) {
  const { t, language } = useLanguage();
  const { tag } = languageNames[language];
  const [pushed, watched] = [pushedText(live, t, tag), watchedText(live, t, tag)];
  return (
    <section data-testid="streaming-publishers">
      <h3>{t('streaming.now')}</h3>
      {publishers.length === 0 ? <p className="faint">{t('streaming.noPublisher')}</p> : null}
      <ul>
        {publishers.map((one) => (
          <Publisher key={one.sessionId} publisher={one} live={live} />
        ))}
      </ul>
      {watched === undefined ? null : (
        <p className="streaming-live text-soft text-s tabular streaming-pushed" data-testid="streaming-watched">
          {watched}
        </p>
      )}
      {pushed === undefined ? null : (
        <p className="streaming-live text-soft text-s tabular streaming-pushed" data-testid="streaming-pushed">
          {pushed}
        </p>
      )}
    </section>
  );
}

function Publisher({ publisher, live }: { publisher: ParticipantModel } & Pick<StreamingPanelProps, 'live'>) {
  const { t, language } = useLanguage();
  const { tag } = languageNames[language];
  const { name, identity, protocol, sending } = publisher;
  const known = live?.publishers.find((one) => one.identity === identity);
  const state = live?.away?.includes(identity) === true ? 'away' : sending ? 'sending' : 'silent';
  const parts = known === undefined ? [] : partsOf(known, t, tag);
  const warnings = known === undefined ? [] : warningsOf(known, t, tag);
  return (
    <li className="streaming-publisher" data-identity={identity} data-sending={sending}>
      <div className="streaming-sender in-row gap-2">
        <span className="ellipsis" title={name}>
          {name}
        </span>
        <span className="tag">{protocolName(protocol ?? '', t)}</span>
        <span className="streaming-state in-row flex-none gap-6px text-soft text-s">
          <span className="dot flex-none" data-lost={state === 'sending' ? undefined : ''} />
          {t(`streaming.${state}`)}
        </span>
      </div>
      {parts.length === 0 ? null : (
        <p className="streaming-live text-soft text-s tabular" data-testid="streaming-live">
          {parts.join(' · ')}
        </p>
      )}
      {warnings.map((warning) => (
        <p
          key={warning}
          className="streaming-warning flex gap-2 rounded-s text-s"
          role="status"
          data-testid="streaming-warning"
        >
          <TriangleAlert size={15} aria-hidden="true" />
          {warning}
        </p>
      ))}
    </li>
  );
}

function Groups({ addresses, actions }: Pick<StreamingPanelProps, 'addresses' | 'actions'>) {
  const { t, language } = useLanguage();
  if (addresses?.state === 'failed') {
    return (
      <div className="unexplained grid gap-6px text-s" role="status" data-testid="streaming-failed">
        <p>{t('streaming.failed')}</p>
        <FailureLines code={addresses.code} />
        <button type="button" className="button small" onClick={actions.retryAddresses}>
          {t('where.askAgain')}
        </button>
      </div>
    );
  }
  if (addresses?.state !== 'known') {
    return (
      <p className="faint" role="status">
        {t('common.loading')}
      </p>
    );
  }
  const groups = groupsOf(addresses.addresses, location.origin);
  if (groups.length === 0) return <p className="faint">{t('streaming.none')}</p>;
  const until = timeFormat('dateTime', { locale: languageNames[language].tag, timeZone: browserTimeZone() });
  const time = until(addresses.addresses.encoder.expiresWallMs);
  return (
    <>
      <p className="streaming-expiry">{t('streaming.expiry', { time })}</p>
      {groups.map((group) => (
        <Group key={group.id} group={group} actions={actions} />
      ))}
    </>
  );
}

function Group({ group, actions }: { group: AddressGroup } & Pick<StreamingPanelProps, 'actions'>) {
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

/** A value to copy. Its secret is masked until revealed, since the screen may be shared. */
function Field({ field, actions }: { field: AddressField } & Pick<StreamingPanelProps, 'actions'>) {
  const t = useTranslate();
  const [isShown, setShown] = useState(false);
  const [isCopied, setCopied] = useState(false);
  const label = t(field.label);
  const copy = async (): Promise<void> => setCopied(await actions.copyText(field.value));
  return (
    <div className="streaming-field flex gap-2px">
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
          label={t(isShown ? 'streaming.hide' : 'streaming.show', { label })}
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
        label={isCopied ? t('common.copied') : t('streaming.copy', { label })}
        tipEnd
        onClick={() => void copy()}
      >
        {isCopied ? <Check size={17} /> : <Copy size={17} />}
      </IconButton>
    </div>
  );
}
