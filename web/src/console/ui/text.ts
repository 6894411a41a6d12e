// Texts that several pages of the console use.
import type { Texts } from '../../admin/text.ts';
import type { Strength } from '../types.ts';

export const strengthTexts: Texts<Strength> = {
  en: { strong: 'Strong', medium: 'Medium', weak: 'Weak', unknown: 'Not measured' },
  zh: { strong: '良好', medium: '一般', weak: '较差', unknown: '未测量' },
};

type SortKey = 'sortBy' | 'up' | 'down';
export const sortTexts: Texts<SortKey> = {
  en: { sortBy: 'Sort by', up: 'Least first', down: 'Most first' },
  zh: { sortBy: '排序', up: '由小到大', down: '由大到小' },
};
