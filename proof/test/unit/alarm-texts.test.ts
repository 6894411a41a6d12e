import { expect, it } from 'vitest';
import { alarmRules } from '../../../product/api/src/alarms/core/rules/index.ts';
import { figureText } from '../../../product/web/src/console/alarms/core/figures.ts';
import { isRuleId, ruleIds, ruleTexts } from '../../../product/web/src/console/alarms/rule-texts.ts';

it('every rule has a title in both languages, and a sentence in Chinese', () => {
  expect(alarmRules.map(({ id }) => id).filter((id) => !isRuleId(id))).toEqual([]);
  for (const id of ruleIds) {
    const { title, says, meaning } = ruleTexts.zh[id];
    for (const text of [title, says, meaning])
      expect([id, text]).toEqual([id, expect.stringMatching(/\p{Script=Han}/u)]);
    expect(ruleTexts.en[id]).toMatch(/^[A-Z]/);
  }
});

it('the console knows every unit of a rule', () => {
  const keyOf = (unit: string): string => figureText(1, unit, { locale: 'en-GB', say: (key) => key });
  for (const { id, unit } of alarmRules) expect([id, keyOf(unit)]).not.toEqual([id, 'other']);
});
