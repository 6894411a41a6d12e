// Texts shared by several console pages.

import type { Texts } from '../../core/messages/both-languages.ts';
import { inBothLanguages } from '../../core/messages/both-languages.ts';
import type { Strength } from '../types.ts';

export const strengthTexts: Texts<Strength> = inBothLanguages({
  strong: ['Strong', '良好'],
  medium: ['Medium', '一般'],
  weak: ['Weak', '较差'],
  unknown: ['Not measured', '未测量'],
});

type SortKey = 'sortBy' | 'up' | 'down';
export const sortTexts: Texts<SortKey> = inBothLanguages({
  sortBy: ['Sort by', '排序'],
  up: ['Smallest first', '由小到大'],
  down: ['Largest first', '由大到小'],
});
