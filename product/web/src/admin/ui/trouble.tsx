import type { ReactNode } from 'react';
import { accountReason } from '../../account/core/messages/texts.ts';
import { useSay } from '../../account/text.ts';
import { TroubleNote } from '../../account/ui/fields.tsx';
import { useTexts } from '../text.ts';
import { isReasonKey, type Reasons, reasonTexts } from './reasons.ts';

interface TroubleProps {
  title: string;
  error: unknown;
  reasons?: Reasons | undefined;
  children?: ReactNode;
}

export function AdminTrouble({ reasons, ...props }: TroubleProps) {
  return <TroubleNote {...props} reasonOf={useReasons(reasons)} />;
}

/** Returns the text of a code: the page's own, else the administration's, else the general one. */
export function useReasons(own: Reasons = {}): (code: string) => string {
  const { say } = useSay();
  const { say: sayReason } = useTexts(reasonTexts);
  return (code) => own[code] ?? (isReasonKey(code) ? sayReason(code) : say(accountReason(code), { code }));
}
