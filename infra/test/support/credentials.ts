// Test credentials of `sfu-fra-1` under two authorities, issued by runtime's `Authority` for 24 h at `issuedMs`, with
// the authorities' fingerprints. They are copied here because set-up and operation import no sources of the services.

export const issuedMs = 1767225600000;

function credentials(o: { fingerprint: string; notAfterMs: number; key: string; cert: string; ca: string }) {
  const pem = (label: string, base64: string): string =>
    `-----BEGIN ${label}-----\n${base64}\n-----END ${label}-----\n`;
  const file = {
    keyPem: pem('PRIVATE KEY', o.key),
    certPem: pem('CERTIFICATE', o.cert),
    caPem: pem('CERTIFICATE', o.ca),
    notAfterMs: o.notAfterMs,
  };
  return { fingerprint: o.fingerprint, file };
}

export const ownCredentials = credentials({
  fingerprint: 'TgYKq613HXBH0Fa5keZung5oEWA1zCnySBJGwrKaJWg',
  notAfterMs: 1767312000000,
  key:
    'MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg4GR1IgH7jxRyO31ttrf3sE4gMbpdUOTTEXx+7xAornKhRANCAARaOv9doboR6D' +
    'hWbc7uErlB5LOxgeY6ufxZXh6cxRJ1bX5MpKDFkyBtfjWnZ1DFd9uoQzz7a9ykLSnRVWmoLW/C',
  cert:
    'MIIB6DCCAY6gAwIBAgIQdklWGM+6S4AQIexVmZ9eHjAKBggqhkjOPQQDAjAoMSYwJAYDVQQDEx1NZXJpZGlhbiBjbHVzdGVyIDk0MzgzNzc1Mz' +
    'ZjNzAeFw0yNTEyMzEyMzU1MDBaFw0yNjAxMDIwMDAwMDBaMBQxEjAQBgNVBAMTCXNmdS1mcmEtMTBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IA' +
    'BFo6/12huhHoOFZtzu4SuUHks7GB5jq5/FleHpzFEnVtfkykoMWTIG1+NadnUMV326hDPPtr3KQtKdFVaagtb8Kjga0wgaowDAYDVR0TAQH/BA' +
    'IwADAOBgNVHQ8BAf8EBAMCB4AwHQYDVR0lBBYwFAYIKwYBBQUHAwEGCCsGAQUFBwMCMCsGA1UdEQQkMCKGIG1lcmlkaWFuOnNmdS9mcmFua2Z1' +
    'cnQvc2Z1LWZyYS0xMB0GA1UdDgQWBBSIDghyAHUgJke7xnRh7/eCsaDTKzAfBgNVHSMEGDAWgBTn0QLtXcfc+2iOWbCLRruhKoe0NTAKBggqhk' +
    'jOPQQDAgNIADBFAiEA8GwuUgNxHLdgQS8gHBsMRMY8rz9pkGJYbw2OxaWgB4YCIDzBvUcdByB0xFz0beWN8pNSwQfxA8CaGX1zyCk4dZmu',
  ca:
    'MIIBkjCCATmgAwIBAgIQRldY6xPz30eamF39yRNo5zAKBggqhkjOPQQDAjAoMSYwJAYDVQQDEx1NZXJpZGlhbiBjbHVzdGVyIDk0MzgzNzc1Mz' +
    'ZjNzAeFw0yNTEyMzEyMzU1MDBaFw0zNTEyMzAwMDAwMDBaMCgxJjAkBgNVBAMTHU1lcmlkaWFuIGNsdXN0ZXIgOTQzODM3NzUzNmM3MFkwEwYH' +
    'KoZIzj0CAQYIKoZIzj0DAQcDQgAEXlE7Yo3P5f0Srr+zQEcQ+JhpI7fU+ojFP81Q1YIPMa/yFYkKtNwo4h+hLAs6IIwSj4aIlQ3dqmytgAL0pm' +
    'DcpqNFMEMwEgYDVR0TAQH/BAgwBgEB/wIBADAOBgNVHQ8BAf8EBAMCAQYwHQYDVR0OBBYEFOfRAu1dx9z7aI5ZsItGu6Eqh7Q1MAoGCCqGSM49' +
    'BAMCA0cAMEQCIBVlK0Ti6xOxdtssDdqopOh/3S2l+mS+8uprGOGYAxNoAiB4P4tUHs6HcSdHktxkgF2hSAcFpfAafUe3eT157zxzNA==',
});

export const foreignCredentials = credentials({
  fingerprint: '4aMRS69yOKJIUZinQV0xOvoFUsvAH7LS-aLG2s2upbg',
  notAfterMs: 1767312000000,
  key:
    'MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgbjRuYr5LndUdlDNDyZ0J2Z5KYOUb3sA1zU1z0rwnFzqhRANCAASgQfO7LnY7Bu' +
    'XAnDI21gGleqx4mLrgNkBR4XdTgB3Bf6/898EiaOaW7TFu8rHlG6MVAV1aKBdvL+SvRMMuQ0Lj',
  cert:
    'MIIB5zCCAY6gAwIBAgIQaAD7C9nAxrlJGLsldrn17DAKBggqhkjOPQQDAjAoMSYwJAYDVQQDEx1NZXJpZGlhbiBjbHVzdGVyIDJmYjdlYmRiNz' +
    'AzZTAeFw0yNTEyMzEyMzU1MDBaFw0yNjAxMDIwMDAwMDBaMBQxEjAQBgNVBAMTCXNmdS1mcmEtMTBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IA' +
    'BKBB87sudjsG5cCcMjbWAaV6rHiYuuA2QFHhd1OAHcF/r/z3wSJo5pbtMW7yseUboxUBXVooF28v5K9Ewy5DQuOjga0wgaowDAYDVR0TAQH/BA' +
    'IwADAOBgNVHQ8BAf8EBAMCB4AwHQYDVR0lBBYwFAYIKwYBBQUHAwEGCCsGAQUFBwMCMCsGA1UdEQQkMCKGIG1lcmlkaWFuOnNmdS9mcmFua2Z1' +
    'cnQvc2Z1LWZyYS0xMB0GA1UdDgQWBBTMa14sVGjVtOL1GWJWTpkREughTzAfBgNVHSMEGDAWgBRleI0k9b+Hrrzmk8JOqL2JytKxrDAKBggqhk' +
    'jOPQQDAgNHADBEAiB9eT9HPaUHYadZPhG+aa0B+8OALlMrgTjDWJVKnFJ/fwIgVHGO93vVSqaGq1d++3mgJg2pv6Tp0Zcg1G48XXBIZxA=',
  ca:
    'MIIBkzCCATmgAwIBAgIQY4QUAaDiZIAX86qT1mvDmTAKBggqhkjOPQQDAjAoMSYwJAYDVQQDEx1NZXJpZGlhbiBjbHVzdGVyIDJmYjdlYmRiNz' +
    'AzZTAeFw0yNTEyMzEyMzU1MDBaFw0zNTEyMzAwMDAwMDBaMCgxJjAkBgNVBAMTHU1lcmlkaWFuIGNsdXN0ZXIgMmZiN2ViZGI3MDNlMFkwEwYH' +
    'KoZIzj0CAQYIKoZIzj0DAQcDQgAEAPW3EIgDIwnuAXN27uAadgEH71BzPajmK7CnMVlMK6vQlyLHO9uzPXq0sZsA9dsR+1GH3odEgYJOSk95Zk' +
    'ros6NFMEMwEgYDVR0TAQH/BAgwBgEB/wIBADAOBgNVHQ8BAf8EBAMCAQYwHQYDVR0OBBYEFGV4jST1v4euvOaTwk6ovYnK0rGsMAoGCCqGSM49' +
    'BAMCA0gAMEUCIBaucSBTPJzCITewKi6zvqMvufl7q1v4JNywYi1HhgefAiEArK+jyjv6AkVMbPNn0AZW64HTNofcPCYDSR9Ygu1id6g=',
});
