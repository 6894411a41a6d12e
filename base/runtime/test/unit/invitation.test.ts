import { joinLine, parseJoinLine } from '@meridian/runtime';
import { describe, expect, test } from 'vitest';

const token = `mti1.${'i'.repeat(16)}.${'s'.repeat(43)}.${'F'.repeat(43)}`;
const enrolmentToken = token.replace('mti1', 'met1');

describe('a join line', () => {
  test.each<[string, string]>([
    ['nothing', ''],
    ['blanks', ' \n'],
    ['garbage', 'meridian-join'],
    ['a long text', 'meridian-join:'.repeat(100_000)],
    ['a token alone', token],
    ['no address', `meridian-join:#${token}`],
    ['an address too few', `meridian-join:a:7000,#${token}`],
    ['no port', `meridian-join:centre.example#${token}`],
    ['port 0', `meridian-join:a:0#${token}`],
    ['port 65536', `meridian-join:a:65536#${token}`],
    ['a port that is no number', `meridian-join:a:7e3#${token}`],
    ['a path', `meridian-join:a:7000/x#${token}`],
    ['a URL for an address', `meridian-join:https://a:7000#${token}`],
    ['a user', `meridian-join:root@a:7000#${token}`],
    ['an IPv6 address without brackets', `meridian-join:::1:7000#${token}`],
    ['an invalid IPv6 address', `meridian-join:[1::2::3]:7000#${token}`],
    ['an invalid IPv4 address', `meridian-join:1.2.3.400:7000#${token}`],
    ['a blank within', `meridian-join:a:7000, b:7000#${token}`],
    ['too many addresses', `meridian-join:${Array(17).fill('a:7000').join(',')}#${token}`],
    ['no token', 'meridian-join:a:7000'],
    ['an empty token', 'meridian-join:a:7000#'],
    ['an enrolment token', `meridian-join:a:7000#${enrolmentToken}`],
    ['a token cut short', `meridian-join:a:7000#${token.slice(0, -1)}`],
    ['two tokens', `meridian-join:a:7000#${token}#${token}`],
    ['another scheme', `meridian:a:7000#${token}`],
    ['an upper-case scheme', `MERIDIAN-JOIN:a:7000#${token}`],
  ])('with %s is not valid', (_what, text) => {
    expect(parseJoinLine(text)).toBeUndefined();
  });

  test.each<[string, string[]]>([
    ['one address', ['centre.example:7000']],
    ['addresses of every kind', ['10.0.0.1:7000', '[2001:db8::1]:65535', 'b:1']],
    ['16 addresses', Array(16).fill('a:7000')],
  ])('for %s is read as it was written', (_what, addresses) => {
    expect(parseJoinLine(joinLine({ addresses, token }))).toEqual({ addresses, token });
  });

  test('may have blanks around it, as pasted lines do', () => {
    expect(parseJoinLine(`  ${joinLine({ addresses: ['a:7000'], token })}\r\n`)?.addresses).toEqual(['a:7000']);
  });
});
