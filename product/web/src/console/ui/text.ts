// Texts shared by several console pages.

import type { Texts } from '../../core/messages/both.ts';
import { inBoth } from '../../core/messages/both.ts';
import type { Strength } from '../types.ts';

export const strengthTexts: Texts<Strength> = inBoth({
  strong: ['Strong', '良好'],
  medium: ['Medium', '一般'],
  weak: ['Weak', '较差'],
  unknown: ['Not measured', '未测量'],
});

type SortKey = 'sortBy' | 'up' | 'down';
export const sortTexts: Texts<SortKey> = inBoth({
  sortBy: ['Sort by', '排序'],
  up: ['Smallest first', '由小到大'],
  down: ['Largest first', '由大到小'],
});
