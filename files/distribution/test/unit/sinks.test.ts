import { describe, expect, it } from 'vitest';
import { type ReceiverKind, receiverKinds } from '../../src/contract.ts';
import { fileNameOf } from '../../src/core/file-name.ts';
import { safeName } from '../../src/core/safe-name.ts';
import { secretFields, settingsIssues, settingsSchemas } from '../../src/sinks/settings.ts';
import { signedHeaders } from '../../src/sinks/signature.ts';
import { addressesOf } from '../support/sink-rig.ts';

describe('a name', () => {
  it.each([
    ['', 'file'],
    ['.', 'file'],
    ['...', 'file'],
    [' ', 'file'],
    ['/', '_'],
    ['../../a', '_.._a'],
    ['..\\a', '_a'],
    ['.htaccess', 'htaccess'],
    ['. .a', 'a'],
    ['a\0\r\n\u007f\u0085b', 'a_____b'],
    ['cod\u202egpj.exe', 'cod_gpj.exe'],
    ['a\ud800b', 'a_b'],
    ['a ', 'a'],
    ['film.mp4', 'film.mp4'],
    ['课件.mp4', '课件.mp4'],
    ['👩‍🏫.mp4', '👩‍🏫.mp4'],
  ])('%j becomes %j', (name, safe) => expect(safeName(name)).toBe(safe));

  it.each([
    ['a', 300, '.mp4'],
    ['课', 300, '.mp4'],
    ['👩', 300, '.mp4'],
    ['课', 300, ''],
    ['a', 3, `.${'b'.repeat(300)}`],
  ])('is cut between characters, with its short extension: %j %i times', (character, count, ending) => {
    const safe = safeName(character.repeat(count) + ending);
    expect(Buffer.byteLength(safe)).toBeLessThanOrEqual(255);
    expect(Buffer.byteLength(safe)).toBeGreaterThan(250);
    expect(safe.isWellFormed() && !safe.includes('\ufffd')).toBe(true);
    if (ending.length < 16) expect(safe.endsWith(ending)).toBe(true);
  });

  it('that is safe stays unchanged', () => {
    for (const name of ['../x', ' .a', `${'课'.repeat(300)}.mp4`, `${'a'.repeat(254)} b`, 'a\0'])
      expect(safeName(safeName(name))).toBe(safeName(name));
  });
});

describe('a file', () => {
  const pdf = 'application/pdf';
  it.each([
    ['setup.bat', 'text/plain', 'setup.bat.txt'],
    ['run.PS1', 'text/plain', 'run.PS1.txt'],
    ['page.hta.js', 'text/plain', 'page.hta.js.txt'],
    ['late.html', 'text/plain', 'late.html.txt'],
    ['macro.rtf', 'text/plain', 'macro.rtf.txt'],
    ['notes.md', 'text/plain', 'notes.md'],
    ['list.CSV', 'text/plain', 'list.CSV'],
    ['film.vtt', 'text/vtt', 'film.vtt'],
    ['film.vbs', 'text/vtt', 'film.vbs.vtt'],
    ['film.srt', 'application/x-subrip', 'film.srt'],
    ['invoice.pdf.exe', pdf, 'invoice.pdf.exe.pdf'],
    ['invoice.exe.pdf', pdf, 'invoice.exe.pdf'],
    ['invoice', pdf, 'invoice.pdf'],
    ['invoice.pdf ', pdf, 'invoice.pdf'],
    ['run.bat. .', 'text/plain', 'run.bat.txt'],
    ['cod\u202efdp.exe', pdf, 'cod_fdp.exe.pdf'],
    ['..\\..\\autorun.inf', 'text/plain', '_.._autorun.inf.txt'],
    ['a.txt:evil.exe', 'text/plain', 'a.txt_evil.exe.txt'],
    ['CON', 'text/plain', '_CON.txt'],
    ['nul.txt', 'text/plain', '_nul.txt'],
    ['com1.mp4', 'video/mp4', '_com1.mp4'],
    ['content.mp4', 'video/mp4', 'content.mp4'],
    ['clip.mov', 'video/mp4', 'clip.mov'],
    ['clip.scr', 'video/x-matroska', 'clip.scr.mkv'],
    ['photo.svg', 'image/png', 'photo.svg.png'],
    ['photo', 'image/jpeg', 'photo.jpg'],
    ['film.html', 'application/mxf', 'film.html.mxf'],
    ['model.docm', 'application/vnd.openxmlformats-officedocument.wordprocessingml.document', 'model.docm.docx'],
    ['a.exe', 'application/x-unheard-of', 'a.exe.bin'],
    ['a', '', 'a'],
    ['a.lnk', '', 'a.lnk.bin'],
  ])('leaves as what its bytes are: %j of %s as %j', (name, type, shown) => {
    expect(fileNameOf(name, type)).toBe(shown);
    expect(fileNameOf(shown, type)).toBe(shown);
  });

  it('keeps its right end when its name is too long', () => {
    const name = fileNameOf(`${'课'.repeat(300)}.bat`, 'text/plain');
    expect(Buffer.byteLength(name)).toBeLessThanOrEqual(255);
    expect(name.endsWith('.txt')).toBe(true);
    expect(fileNameOf(name, 'text/plain')).toBe(name);
  });
});

const validSettings: Readonly<Record<ReceiverKind, Readonly<Record<string, unknown>>>> = {
  agent: {},
  region: {},
  s3: {
    endpoint: 'https://s3.example',
    region: 'eu-1',
    bucket: 'theirs',
    prefix: 'from/us',
    accessKeyId: 'key',
    secretAccessKey: 'SECRET',
    pathStyle: false,
  },
  sftp: {
    host: 'sftp.example',
    port: 22,
    username: 'meridian',
    password: 'SECRET',
    hostKey: `SHA256:${'A'.repeat(43)}`,
    path: '/in',
    verify: true,
  },
  pull: { url: 'https://platform.example/files', secret: `whsec_${'A'.repeat(32)}` },
};

describe('settings', () => {
  it.each(receiverKinds)('are accepted for %s', (kind) =>
    expect(settingsIssues(kind, validSettings[kind])).toEqual([]),
  );

  it.each<[ReceiverKind, string, unknown]>([
    ['agent', 'url', 'https://a.example'],
    ['s3', 'endpoint', 'ftp://s3.example'],
    ['s3', 'endpoint', 'https://user:SECRET@s3.example'],
    ['s3', 'endpoint', 'https://s3.example/?SECRET=1'],
    ['s3', 'endpoint', 'http://10.0.0.1'],
    ['s3', 'endpoint', 'http://localhost:9000'],
    ['s3', 'prefix', '/from'],
    ['s3', 'prefix', 'from/'],
    ['s3', 'prefix', 'a/../b'],
    ['s3', 'bucket', '../x'],
    ['s3', 'secretAccessKey', ''],
    ['s3', 'accessKeyId', undefined],
    ['sftp', 'hostKey', undefined],
    ['sftp', 'hostKey', 'MD5:00'],
    ['sftp', 'password', undefined],
    ['sftp', 'host', 'LOCALHOST'],
    ['sftp', 'host', '2130706433'],
    ['sftp', 'host', '0177.0.0.1'],
    ['sftp', 'host', '127.0.0.1.'],
    ['sftp', 'host', '::ffff:127.0.0.1'],
    ['sftp', 'host', 'sftp.example:2222'],
    ['sftp', 'hostKey', `SHA256:${'A'.repeat(42)}B`],
    ['sftp', 'username', 'a\nb'],
    ['sftp', 'path', 'in/\ud800'],
    ['s3', 'bucket', 'a..b'],
    ['s3', 'bucket', 'films-'],
    ['s3', 'bucket', '10.0.0.1'],
    ['s3', 'accessKeyId', 'id\r\nx: SECRET'],
    ['s3', 'accessKeyId', 'schlüssel'],
    ['s3', 'accessKeyId', 'a/b'],
    ['s3', 'prefix', 'a\ud800'],
    ['s3', 'endpoint', 'http://s3.example:0'],
    ['pull', 'url', 'http://localhost../'],
    ['sftp', 'privateKey', '-----BEGIN OPENSSH PRIVATE KEY-----'],
    ['sftp', 'privateKey', 'SECRET'],
    ['sftp', 'path', '/a/../../etc'],
    ['sftp', 'port', 0],
    ['sftp', 'host', '169.254.169.254'],
    ['sftp', 'host', '::1'],
    ['pull', 'url', 'https://'],
    ['pull', 'url', 'http://[::1]/'],
    ['pull', 'secret', 'SECRET'],
  ])('are refused for %s with %s = %j, and no value is shown', (kind, field, value) => {
    const settings = Object.assign({}, validSettings[kind], { [field]: value });
    if (value === undefined) Reflect.deleteProperty(settings, field);
    const issues = settingsIssues(kind, settings, addressesOf([]));
    expect(issues.length).toBeGreaterThan(0);
    expect(JSON.stringify(issues)).not.toContain('SECRET');
  });

  it('are refused when they are not an object', () => {
    for (const none of [undefined, null, 'x', [], 1]) expect(settingsIssues('s3', none)).not.toEqual([]);
  });

  it('declare only existing fields as secrets', () => {
    for (const kind of receiverKinds)
      for (const field of secretFields[kind]) expect(Object.keys(settingsSchemas[kind].properties)).toContain(field);
  });
});

it('the signature matches the example of Standard Webhooks', () => {
  const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
  const headers = signedHeaders('msg_p5jXN8AQM9LWM0D4loKWxJek', '{"test": 2432232314}', {
    secret,
    wallMs: 1_614_265_330_000,
  });
  expect(headers).toEqual({
    'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
    'webhook-timestamp': '1614265330',
    'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
  });
});
