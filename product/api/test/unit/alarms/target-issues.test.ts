// Values that would make messages to a receiver of alarms fail. Requests with them: test/service/targets.test.ts.
import { describe, expect, it } from 'vitest';
import { smsBodyOf } from '../../../src/alarms/core/content.ts';
import { type Target, targetIssues } from '../../../src/alarms/core/target-issues.ts';

const pointersOf = (kind: 'mail' | 'sms', target: Target): string[] =>
  targetIssues(kind, target).map(({ pointer }) => pointer);

describe('mail addresses', () => {
  it.each<[string[], string[]]>([
    [['ops@example.org', 'root@localhost'], []],
    [[], ['/to']],
    [['ops@example.org', 'nobody'], ['/to/1']],
    [['a@b\r\nBcc: c@d'], ['/to/0']],
    [['A <a@b.org>'], ['/to/0']],
    [['a@b.org, c@d.org'], ['/to/0']],
    [['\ud800@b.org'], ['/to/0']],
  ])('%j: %j', (to, pointers) => expect(pointersOf('mail', { to })).toEqual(pointers));
});

describe('the body of a text message', () => {
  const sms = (body: string, type?: string): string[] =>
    pointersOf('sms', { to: ['+49'], body, ...(type !== undefined && { headers: { 'Content-Type': type } }) });
  it.each<[string, string | undefined, string[]]>([
    ['{"to":"{to}","text":"{text}"}', undefined, []],
    ['{"text":"{text}"', undefined, ['/body']],
    ['{"text":{text}}', 'application/vnd.example+json; charset=utf-8', ['/body']],
    ['to={to}&text={text}', 'application/x-www-form-urlencoded', []],
    ['{text}', 'text/plain', []],
    ['hello', 'text/plain', ['/body']],
  ])('%s as %s: %j', (body, type, pointers) => expect(sms(body, type)).toEqual(pointers));

  it('can be sent even if the text was cut within a character', () => {
    const values = { to: '+49', text: '\ud83d' };
    expect(smsBodyOf('text={text}', 'application/x-www-form-urlencoded', values)).toBe('text=%EF%BF%BD');
  });
});
