import { MeridianApiError } from '@meridian/api-client';
import { CircleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import { codeOf } from '../../account/api.ts';
import { accountReason } from '../../account/core/messages/texts.ts';
import { useSay } from '../../account/text.ts';
import { useTexts } from '../text.ts';
import { isReasonKey, type Reasons, reasonTexts } from './reasons.ts';

interface TroubleProps {
  title: string;
  error: unknown;
  reasons?: Reasons | undefined;
  children?: ReactNode;
}

/** Why something did not work, in words of the administration. */
export function AdminTrouble({ title, error, reasons, children }: TroubleProps) {
  const reasonOf = useReasons(reasons);
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

/** The text of a code: the page's own, else that of the administration, else that of all pages. */
export function useReasons(own: Reasons = {}): (code: string) => string {
  const { say } = useSay();
  const { say: sayReason } = useTexts(reasonTexts);
  return (code) => own[code] ?? (isReasonKey(code) ? sayReason(code) : say(accountReason(code)));
}
