import { useId } from 'react';
import { useTexts } from '../text.ts';
import { sendable, toggled, type WebhookForm } from './core/form.ts';
import { webhookTexts } from './text.ts';

interface EventsFieldProps {
  form: WebhookForm;
  error: string | undefined;
  onChange(form: WebhookForm): void;
}

export function EventsField({ form, error, onChange }: EventsFieldProps) {
  const { say } = useTexts(webhookTexts);
  const id = useId();
  return (
    <fieldset className="webhook-events" aria-describedby={error === undefined ? undefined : `${id}-error`}>
      <legend className="field-label">{say('which')}</legend>
      {([true, false] as const).map((isAll) => (
        <label key={String(isAll)} className="radio">
          <input
            type="radio"
            name={id}
            data-testid={isAll ? 'events-all' : 'events-some'}
            checked={form.isAll === isAll}
            onChange={() => onChange({ ...form, isAll })}
          />
          {say(isAll ? 'all' : 'some')}
        </label>
      ))}
      {form.isAll ? null : <Groups form={form} onChange={onChange} />}
      {error === undefined ? null : (
        <span id={`${id}-error`} className="field-error">
          {error}
        </span>
      )}
    </fieldset>
  );
}

function Groups({ form, onChange }: Pick<EventsFieldProps, 'form' | 'onChange'>) {
  const { say } = useTexts(webhookTexts);
  return (
    <div className="webhook-groups grid items-start">
      {sendable(form.format).map(({ name, events }) => (
        <fieldset key={name}>
          <legend>{say(`group.${name}`)}</legend>
          {events.map((event) => (
            <label key={event} className="radio">
              <input
                type="checkbox"
                checked={form.events.includes(event)}
                onChange={({ target }) => onChange(toggled(form, event, target.checked))}
              />
              {say(`event.${event}`)}
            </label>
          ))}
        </fieldset>
      ))}
    </div>
  );
}
