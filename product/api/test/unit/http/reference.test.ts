import { errorCodes } from '@meridian/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { problems } from '../../../src/http/problems.ts';
import { type TestApi, testApi } from '../../support/test-api.ts';

let api: TestApi;
beforeAll(async () => {
  api = await testApi();
});
afterAll(() => api.close());

describe('the reference page', () => {
  it('loads nothing from any other host, and could not', async () => {
    const { body, headers } = await api.app.inject('/api/v1/reference/');
    expect(body.match(/(?:https?:)?\/\/[\w.-]+\.\w+/g)).toBeNull();
    expect([...body.matchAll(/<(?:script|link|img)[^>]* (?:src|href)="([^"]*)"/g)].map(([, url]) => url)).toEqual([
      'js/scalar.js',
    ]);
    expect(body).toContain('"url": "/api/v1/openapi.json"');
    for (const disabledOption of ['"telemetry": false', '"withDefaultFonts": false'])
      expect(body).toContain(disabledOption);
    const policy = String(headers['content-security-policy']);
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toMatch(/https?:|\*|script-src[^;]*unsafe/);
    expect(policy.match(/'sha256-/g)).toHaveLength(1);
  });

  it('serves its own script', async () => {
    const { statusCode, headers, body } = await api.app.inject('/api/v1/reference/js/scalar.js');
    expect([statusCode, headers['content-type']]).toEqual([200, 'application/javascript; charset=utf-8']);
    expect(body.length).toBeGreaterThan(1_000_000);
    expect((await api.app.inject('/api/v1/reference')).headers['location']).toBe('/api/v1/reference/');
  });
});

describe('problems', () => {
  it('can be looked up by any caller, in both languages', async () => {
    for (const code of [...Object.keys(problems), ...Object.keys(errorCodes)]) {
      const answer = await api.app.inject(`/api/v1/problems/${code}`);
      expect(answer.json()).toMatchObject({
        code,
        title: { en: expect.stringMatching(/\.$/), zh: expect.any(String) },
      });
    }
    for (const code of Object.keys(problems))
      expect((await api.app.inject(`/api/v1/problems/${code}`)).json().title.zh).toMatch(/。$/);
  });

  it('have their title in the language of the request', async () => {
    const ask = (language: string) =>
      api.app.inject({ url: '/api/v1/caller', headers: { 'accept-language': language } });
    expect((await ask('zh-CN,zh;q=0.9')).json()).toMatchObject({
      type: '/api/v1/problems/TOKEN_MISSING',
      title: '未提供令牌。',
    });
    expect((await ask('fr, en')).json().title).toBe('No token was given.');
    expect((await api.app.inject('/api/v1/problems/NOTHING')).json().code).toBe('NOT_FOUND');
    expect((await api.app.inject('/api/v1/problems/nothing')).statusCode).toBe(400);
  });
});
