import type { ReactNode } from 'react';
import { TroubleNote } from '../../account/ui/fields.tsx';
import { useWords } from './use-words.ts';

interface TroubleProps {
  title: string;
  error: unknown;
  /** In place of the words for its code. */
  text?: string | undefined;
  children?: ReactNode;
}

/** Why something did not work, and what can be done about it. */
export function Trouble({ text, ...props }: TroubleProps) {
  const { reasonOf } = useWords();
  return <TroubleNote {...props} reasonOf={(code) => text ?? reasonOf(code)} />;
}
