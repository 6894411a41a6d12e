import { useTexts } from '../../admin/text.ts';
import { playerTexts } from '../play/text.ts';

export const usePlayerWords = () => useTexts(playerTexts);
