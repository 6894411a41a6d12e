// Private keys that the api takes, compared with what ssh2 reads.
import { generateKeyPairSync } from 'node:crypto';
import { createRequire } from 'node:module';
import { describe, expect, it } from 'vitest';
import { isPrivateKey } from '../../src/sinks/private-key.ts';

const { utils } = createRequire(import.meta.url)('ssh2') as {
  readonly utils: {
    generateKeyPairSync(type: string, o?: object): { readonly private: string };
    parseKey(text: string): unknown;
  };
};
/** ssh2 writes some keys that it cannot read, so this retries. */
function openSsh(type: string, o: object = {}): string {
  for (;;) {
    const { private: key } = utils.generateKeyPairSync(type, o);
    if (o !== undefined && 'passphrase' in o) return key;
    if (!(utils.parseKey(key) instanceof Error)) return key;
  }
}
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
const pkcs1 = rsa.export({ type: 'pkcs1', format: 'pem' }).toString();
const sec1 = ec.export({ type: 'sec1', format: 'pem' }).toString();
const ed25519 = openSsh('ed25519');
const withPassphrase = { cipher: 'aes-128-cbc', passphrase: 'a' } as const;

describe('a private key is taken if and only if the SSH client reads it', () => {
  it.each<[string, string, boolean]>([
    ['ED25519 of OpenSSH', ed25519, true],
    ['RSA of OpenSSH', openSsh('rsa', { bits: 2048 }), true],
    ['ECDSA of OpenSSH', openSsh('ecdsa', { bits: 384 }), true],
    ['RSA in PEM', pkcs1, true],
    ['EC in PEM', sec1, true],
    ['Windows line ends', ed25519.trim().replaceAll('\n', '\r\n'), true],
    ['blanks around', `\n  ${pkcs1}\n\n`, true],
    ['PKCS#8', rsa.export({ type: 'pkcs8', format: 'pem' }).toString(), false],
    ['PEM with a passphrase', rsa.export({ type: 'pkcs1', format: 'pem', ...withPassphrase }).toString(), false],
    ['OpenSSH with a passphrase', openSsh('ed25519', { cipher: 'aes128-ctr', passphrase: 'a', rounds: 1 }), false],
    ['no end', pkcs1.slice(0, -40), false],
    ['half of the bytes', ed25519.replace(/\n[\s\S]{80}/, '\n'), false],
    [
      'a public key',
      generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey.export({ type: 'spki', format: 'pem' }).toString(),
      false,
    ],
    ['only a line', '-----BEGIN OPENSSH PRIVATE KEY-----', false],
    ['nothing', '', false],
  ])('%s', (_what, text, isTaken) => {
    const parsed = utils.parseKey(text);
    const isRead = !(parsed instanceof Error) && (parsed as { isPrivateKey?(): boolean }).isPrivateKey?.() === true;
    expect([isPrivateKey(text), isRead]).toEqual([isTaken, isTaken]);
  });
});
