// Lets many clients share the work on a message: the first client's call does it. The message must not change later.

/** Caches the results of `make` by object, while the object lives. The further arguments must be equal in all calls. */
export function memoize<Key extends WeakKey, Rest extends unknown[], Value>(
  make: (key: Key, ...rest: Rest) => Value,
): (key: Key, ...rest: Rest) => Value {
  const cache = new WeakMap<Key, { readonly value: Value }>();
  return (key, ...rest) => {
    const known = cache.get(key);
    if (known !== undefined) return known.value;
    const value = make(key, ...rest);
    cache.set(key, { value });
    return value;
  };
}

/** Makes the message encode itself only once, also inside other messages. */
export function encodedOnce<Encoded extends { toBinary(): Uint8Array }>(message: Encoded): Encoded {
  const encode = message.toBinary.bind(message);
  let bytes: Uint8Array | undefined;
  message.toBinary = () => {
    bytes ??= encode();
    return bytes;
  };
  return message;
}
