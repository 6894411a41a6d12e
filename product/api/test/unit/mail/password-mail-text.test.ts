import { describe, expect, it } from 'vitest';
import { passwordMailText } from '../../../src/mail/core/password-mail-text.ts';

const kinds = ['reset', 'link', 'elsewhere'] as const;
const rows = kinds.flatMap((kind) => (['en', 'zh'] as const).map((language) => ({ kind, language })));
const url = 'https://meet.example.org/setup/code?a=1&b="2"';

describe('a mail with a link to set a password', () => {
  it.each(rows)('escapes names in its HTML, and has a complete link: $kind, $language', (row) => {
    const name = `<img src=x onerror='a()'>`;
    const { subject, text, html } = passwordMailText({
      ...row,
      name,
      company: '<b>"A" & B</b>\r\nBcc: c',
      url,
      expiresMs: 1,
    });
    expect(html).toContain('&lt;img src=x onerror=&#39;a()&#39;&gt;');
    expect(html).toContain('&lt;b&gt;&quot;A&quot; &amp; B&lt;/b&gt;');
    expect(html.match(/<[^>]*>/g)?.map((tag) => tag.split(/[ >]/)[0])).not.toContain('<img');
    expect(html).toContain('href="https://meet.example.org/setup/code?a=1&amp;b=&quot;2&quot;"');
    expect([subject.includes('\n'), subject.includes('\r')]).toEqual([false, false]);
    // Plain text is not escaped.
    expect(text).toContain(name);
    expect(text).toContain(url);
  });
});
