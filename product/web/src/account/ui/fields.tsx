import { MeridianApiError } from '@meridian/api-client';
import { CircleAlert } from 'lucide-react';
import { type ComponentProps, type InputHTMLAttributes, type ReactNode, useId } from 'react';
import { codeOf } from '../api.ts';
import { accountReason } from '../core/messages/texts.ts';
import { useSay } from '../text.ts';

interface FieldProps extends Omit<InputHTMLAttributes<HTMLInputElement>, 'onChange'> {
  label: string;
  hint?: string | undefined;
  error?: string | undefined;
  onText(text: string): void;
}

export function Field({ label, hint, error, onText, className, ...input }: FieldProps) {
  return (
    <Labelled {...{ label, hint, error, className }}>
      {(own) => <input {...input} {...own} className="input" onChange={(event) => onText(event.target.value)} />}
    </Labelled>
  );
}

interface LabelledProps extends Pick<FieldProps, 'label' | 'hint' | 'error' | 'className'> {
  children(own: { id: string; 'aria-invalid': boolean; 'aria-describedby': string | undefined }): ReactNode;
}

export function Labelled({ label, hint, error, className, children }: LabelledProps) {
  const id = useId();
  const help = error ?? hint;
  return (
    <div className={`field ${className ?? ''}`}>
      <label className="field-label" htmlFor={id}>
        {label}
      </label>
      {children({
        id,
        'aria-invalid': error !== undefined,
        'aria-describedby': help === undefined ? undefined : `${id}-help`,
      })}
      {help === undefined ? null : (
        <span id={`${id}-help`} className={error === undefined ? 'field-hint' : 'field-error'}>
          {help}
        </span>
      )}
    </div>
  );
}

interface SelectProps<T extends string> extends Omit<ComponentProps<'select'>, 'value' | 'onChange'> {
  value: T;
  options: readonly (readonly [value: T, text: string])[];
  onChoose(value: T): void;
}

export function Select<T extends string>({ options, onChoose, ...select }: SelectProps<T>) {
  return (
    <select
      {...select}
      className="select"
      onChange={(event) => {
        const chosen = options.find(([one]) => one === event.target.value);
        if (chosen !== undefined) onChoose(chosen[0]);
      }}
    >
      {options.map(([one, text]) => (
        <option key={one} value={one}>
          {text}
        </option>
      ))}
    </select>
  );
}

type ChooseProps<T extends string> = Pick<SelectProps<T>, 'value' | 'options' | 'onChoose'> &
  Pick<FieldProps, 'label' | 'error' | 'className'>;

export function Choose<T extends string>({ label, error, className, ...select }: ChooseProps<T>) {
  return <Labelled {...{ label, error, className }}>{(own) => <Select {...select} {...own} />}</Labelled>;
}

export function Check(props: { label: string; hint?: string; on: boolean; onChange(on: boolean): void }) {
  const id = useId();
  return (
    <div className="check">
      <input
        id={id}
        type="checkbox"
        checked={props.on}
        aria-describedby={props.hint === undefined ? undefined : `${id}-help`}
        onChange={(event) => props.onChange(event.target.checked)}
      />
      <label htmlFor={id}>{props.label}</label>
      {props.hint === undefined ? null : (
        <span id={`${id}-help`} className="field-hint">
          {props.hint}
        </span>
      )}
    </div>
  );
}

interface TroubleProps {
  title: string;
  error: unknown;
  children?: ReactNode;
}

export function Trouble(props: TroubleProps) {
  const { say } = useSay();
  return <TroubleNote {...props} reasonOf={(code) => say(accountReason(code), { code })} />;
}

export function TroubleNote({ title, error, reasonOf, children }: TroubleProps & { reasonOf(code: string): string }) {
  const code = codeOf(error);
  const details = error instanceof MeridianApiError ? error.errors.map(({ detail }) => detail).join('; ') : '';
  return (
    <div className="notice bad" role="alert" data-testid="trouble" data-code={code}>
      <CircleAlert size={20} aria-hidden="true" />
      <strong>{title}</strong>
      <p>
        {reasonOf(code)} {details}
      </p>
      {children}
    </div>
  );
}
