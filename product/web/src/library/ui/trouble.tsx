import { MeridianApiError } from '@meridian/api-client';
import { CircleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import { codeOf } from '../../account/api.ts';
import { useWords } from './use-words.ts';

interface TroubleProps {
  title: string;
  error: unknown;
  /** In place of the words for its code. */
  text?: string | undefined;
  children?: ReactNode;
}

/** Why something did not work, and what can be done about it. */
export function Trouble({ title, error, text, children }: TroubleProps) {
  const { reasonOf } = useWords();
  const code = codeOf(error);
  const details = error instanceof MeridianApiError ? error.errors.map(({ detail }) => detail).join('; ') : '';
  return (
    <div className="notice bad" role="alert" data-testid="trouble" data-code={code}>
      <CircleAlert size={20} aria-hidden="true" />
      <strong>{title}</strong>
      <p>
        {text ?? reasonOf(code)} {details}
      </p>
      {children}
    </div>
  );
}
