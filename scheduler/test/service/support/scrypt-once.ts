// Caches scrypt, which is slow by design: a third of a second of the processor and 128 MiB for the start of each
// centre. In a process that imports this file, the same secret and salt are computed once. A separate centre process
// computes all.
import crypto from 'node:crypto';
import { syncBuiltinESMExports } from 'node:module';

type Done = Parameters<typeof crypto.scrypt>[4];
const real = crypto.scrypt;
const keys = new Map<string, Promise<NonSharedBuffer>>();

crypto.scrypt = ((...[secret, salt, length, options, done]: Parameters<typeof crypto.scrypt>): void => {
  const parts = [secret, salt].map((part) => Buffer.from(part as Buffer).toString('hex'));
  const name = JSON.stringify([...parts, length, options]);
  const key =
    keys.get(name) ??
    new Promise<NonSharedBuffer>((resolve, reject) => {
      real(secret, salt, length, options, (error, made) => (error === null ? resolve(made) : reject(error)));
    });
  keys.set(name, key);
  key.then(
    (made) => (done as Done)(null, made),
    (error: Error) => (done as Done)(error, Buffer.alloc(0)),
  );
}) as typeof crypto.scrypt;
syncBuiltinESMExports();
