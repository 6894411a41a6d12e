import { useTexts } from '../admin/text.ts';
import { accountTexts } from './core/messages/texts.ts';

export const useSay = () => useTexts(accountTexts);
export type LocalTexts = ReturnType<typeof useSay>;
