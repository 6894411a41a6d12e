import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { noBranding } from '../../../src/tenant/core/branding.ts';
import { pngHead } from '../../support/pictures.ts';
import { operatorKey, type TestApi, tenants, testApi } from '../../support/test-api.ts';

const png = `data:image/png;base64,${pngHead(96, 28).toString('base64')}`;
let api: TestApi;
let admin: Awaited<ReturnType<TestApi['user']>>;
beforeAll(async () => {
  api = await testApi();
  admin = await api.user({ role: 'admin', email: 'ann@example.org', password: 'open sesame' });
});
afterAll(() => api.close());

const get = (o: object = {}) => api.ask('GET', '/tenant', o);
const patch = (body: object, o: object = {}) => api.ask('PATCH', '/tenant', { body, ...o });

describe('the settings of a tenant', () => {
  it('can be read and changed by its administrators and keys, field by field', async () => {
    const before = await get({ as: admin });
    expect(before.json()).toEqual({ id: 'acme', name: 'Acme', branding: noBranding, mail: false, wallAllowed: true });
    const changedAnswer = await patch(
      { name: ' Acme West ', branding: { displayName: 'West', accentColor: '#AA0000', logo: png } },
      { as: admin },
    );
    const branding = { displayName: 'West', accentColor: '#aa0000', logo: png, supportUrl: null };
    expect([changedAnswer.statusCode, changedAnswer.json()]).toEqual([
      200,
      { id: 'acme', name: 'Acme West', branding, mail: false, wallAllowed: true },
    ]);
    expect(changedAnswer.headers['etag']).not.toBe(before.headers['etag']);
    expect((await patch({ branding: { logo: null, supportUrl: 'https://help.example' } })).json()).toMatchObject({
      name: 'Acme West',
      branding: { ...branding, logo: null, supportUrl: 'https://help.example' },
    });
    expect((await patch({ branding: {} })).json().branding.displayName).toBe('West');
  });

  it('are those of the caller’s tenant alone', async () => {
    await patch({ name: 'Globex', branding: { displayName: 'G' } }, { signer: tenants[1] });
    expect((await get()).json()).toMatchObject({ id: 'acme', branding: { displayName: 'West' } });
    expect((await get({ signer: tenants[1] })).json()).toMatchObject({ id: 'globex', branding: { displayName: 'G' } });
    const { headers } = await api.user({ role: 'host' });
    expect((await get({ as: { headers } })).json()).toMatchObject({ status: 403, code: 'NOT_PERMITTED' });
  });

  it('change only if the version that the request names, if any, is the present one', async () => {
    const etag = String((await get()).headers['etag']);
    expect((await get({ headers: { 'if-none-match': etag } })).statusCode).toBe(304);
    const first = await patch({ name: 'One' }, { headers: { 'if-match': etag } });
    expect([first.statusCode, first.headers['etag']]).toEqual([200, (await get()).headers['etag']]);
    const late = await patch({ name: 'Two' }, { headers: { 'if-match': etag } });
    expect(late.json()).toMatchObject({ status: 412, code: 'VERSION_CONFLICT' });
    expect((await patch({ name: 'Three' })).json().name).toBe('Three');
    const operators = await api.ask('GET', '/tenants/acme', { signer: operatorKey });
    expect([operators.json().name, operators.headers['etag']]).toEqual(['Three', (await get()).headers['etag']]);
  });

  it.each([
    [{ name: '  ' }, '/name'],
    [{ branding: { accentColor: '#fff' } }, '/branding/accentColor'],
    [{ branding: { logo: 'data:image/svg+xml;base64,PHN2Zy8+' } }, '/branding/logo'],
    [{ branding: { logo: `${png}${'A'.repeat(48 * 1024)}` } }, '/branding/logo'],
    [{ branding: { logo: png.replace(/.{16}$/, 'AAAJAAAACQAA') } }, '/branding/logo'],
    [{ branding: { supportUrl: 'ftp://example.org' } }, '/branding/supportUrl'],
  ])('are not changed by %j', async (body, pointer) => {
    const before = await get();
    const answer = await patch(body);
    expect([answer.statusCode, answer.json().code]).toEqual([400, 'REQUEST_INVALID']);
    expect(answer.json().errors.map((each: { pointer: string }) => each.pointer)).toContain(pointer);
    expect((await get()).json()).toEqual(before.json());
  });

  it('are in the audit log when they change', async () => {
    await patch({ branding: { displayName: 'Secret plan' } }, { as: admin });
    const [entry] = (await api.ask('GET', '/audit?operation=updateOwnTenant')).json().data;
    expect(entry).toMatchObject({ by: { kind: 'user', id: admin.user.id }, targets: {}, status: 200 });
    expect(JSON.stringify(entry)).not.toContain('Secret');
  });
});

describe('the branding', () => {
  const branding = { displayName: 'Acme', accentColor: '#0b7264', logo: png, supportUrl: 'mailto:a@example.org' };
  const signIn = async (query = '') => (await api.app.inject(`/api/v1/sign-in${query}`)).json().branding;

  it('is returned with a sign-in', async () => {
    await patch({ branding });
    expect((await api.ask('GET', '/me', { as: admin })).json().branding).toEqual(branding);
    const signedIn = await api.app.inject({
      method: 'POST',
      url: '/api/v1/sessions',
      headers: { origin: admin.headers.origin },
      payload: { email: 'ann@example.org', password: 'open sesame' },
    });
    expect(signedIn.json().branding).toEqual(branding);
    const { url } = (await api.ask('POST', `/users/${admin.user.id}/password-link`)).json();
    const code = url.slice(url.lastIndexOf('/') + 1);
    const setupPreview = await api.app.inject({ method: 'POST', url: '/api/v1/setup/look', payload: { code } });
    expect(setupPreview.json().branding).toEqual(branding);
  });

  it('is on the sign-in page of a named or the only tenant; an unknown tenant looks like one without it', async () => {
    expect(await signIn('?tenant=acme')).toEqual(branding);
    expect([await signIn(), await signIn('?tenant=unknown')]).toEqual([noBranding, noBranding]);
    const { statusCode } = await api.app.inject(`/api/v1/sign-in?tenant=${'a'.repeat(65)}`);
    expect(statusCode).toBe(400);
    const { body } = await api.ask('DELETE', '/tenants/globex', { signer: operatorKey, headers: { 'if-match': '*' } });
    expect(body).toBe('');
    await api.telling.jobs.settled();
    expect(await signIn()).toEqual(branding);
  });
});
