// What alarms are called and say, in a language. Pure.
import { placeName } from '../../core/place-name.ts';
import type { Language } from '../../core/query.ts';
import type { Alarm } from '../types.ts';
import { isRuleId, ruleTexts } from './rule-texts.ts';

/** Of a rule that the page does not know it is its id. */
export function ruleTitle(rule: string, language: Language): string {
  if (!isRuleId(rule)) return rule;
  return language === 'zh' ? ruleTexts.zh[rule].title : ruleTexts.en[rule];
}

/** What a rule means; `reason`: what the api says of it. */
export const ruleMeaning = (rule: string, reason: string, language: Language): string =>
  language === 'zh' && isRuleId(rule) ? ruleTexts.zh[rule].means : reason;

/** Where a rule's limit comes from: in Chinese where that is known; `source`: what the api says of it. */
export function limitSourceOf(rule: string, source: string, language: Language): { text: string; language: Language } {
  const own = language === 'zh' && isRuleId(rule) ? ruleTexts.zh[rule].source : undefined;
  return own === undefined ? { text: source, language: 'en' } : { text: own, language };
}

/** A label's value as people read it: of a site its city. */
export function labelText(label: string, value: string, language: Language): string {
  if (label === 'site' || label === 'otherSite') return placeName(value.slice(value.lastIndexOf('/') + 1), language);
  return label === 'region' || label === 'otherRegion' ? placeName(value, language) : value;
}

/** A label's name as people read it. */
export const labelName = (label: string, language: Language): string =>
  (language === 'zh' ? labelNamesZh.get(label) : undefined) ?? label;

const labelNamesZh: ReadonlyMap<string, string> = new Map([
  ['node', '节点'],
  ['otherNode', '对端节点'],
  ['site', '站点'],
  ['otherSite', '对端站点'],
  ['region', '区域'],
  ['otherRegion', '对端区域'],
  ['host', '主机'],
  ['otherHost', '对端主机'],
  ['kind', '类型'],
  ['stage', '环节'],
  ['tenant', '租户'],
  ['room', '房间'],
]);

/** What an alarm is about, as people read it. */
export function subjectText({ subject, labels }: Pick<Alarm, 'subject' | 'labels'>, language: Language): string {
  const { site = '', otherSite = '', region = '', otherRegion = '' } = labels;
  if (subject === 'centre') return language === 'zh' ? '调度中心' : 'centre';
  if (subject === `${site} - ${otherSite}`)
    return `${labelText('site', site, language)} – ${labelText('site', otherSite, language)}`;
  if (subject === `${region} - ${otherRegion}`)
    return `${labelText('region', region, language)} – ${labelText('region', otherRegion, language)}`;
  if (subject === site) return labelText('site', site, language);
  return subject === region ? labelText('region', region, language) : subject;
}

export type Said = Pick<Alarm, 'rule' | 'subject' | 'labels' | 'text' | 'state' | 'value' | 'limit' | 'unit'>;
/** Figures with their units. */
export type Figure = (value: number, unit: string) => string;

/** In Chinese the page's own sentence; of a rule that it does not know, and in English, that of the api. */
export function sentenceOf(alarm: Said, language: Language, figure: Figure): string {
  const { rule, labels, state, unit } = alarm;
  if (language !== 'zh' || !isRuleId(rule)) return alarm.text;
  const name = subjectText(alarm, language);
  // What the api says then is how things are now that they are good.
  if (state === 'over') return `${name}：已恢复正常。`;
  if (state === 'clearing') return `${name}：已好转，正在观察是否稳定。`;
  const values: Readonly<Record<string, string>> = {
    ...Object.fromEntries(Object.entries(labels).map(([label, value]) => [label, labelText(label, value, language)])),
    subject: name,
    value: figure(Math.abs(alarm.value), unit),
    limit: figure(alarm.limit, unit),
  };
  const { says, saysBelow = says } = ruleTexts.zh[rule];
  // A label that this alarm does not have is left out, with its brackets.
  return (
    (alarm.value < 0 ? saysBelow : says)
      .replaceAll(/（([^{（）]*)\{(\w+)\}）/g, (_all, before: string, name: string) =>
        (values[name] ?? '') === '' ? '' : `（${before}${values[name]}）`,
      )
      .replaceAll(/\{(\w+)\}/g, (_all, name: string) => values[name] ?? '')
      .replace(/：。$/, '。')
      // Around a value that is in Chinese too there is no space.
      .replaceAll(/(?<=\p{Script=Han}) (?=\p{Script=Han})/gu, '')
  );
}
