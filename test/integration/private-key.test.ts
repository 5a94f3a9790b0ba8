/** Keys in the forms that people have them in: the login is made, or the form is named, with the command that converts it. */
import assert from 'node:assert/strict';
import { createHash, createHmac, createPrivateKey } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test, type TestContext } from 'node:test';

import { never, outageOf, run, sharedCleanup, startSite, temporaryFolder, type Site } from './fixtures.ts';

function sized(bytes: Buffer): Buffer {
  const size = Buffer.alloc(4);
  size.writeUInt32BE(bytes.length);
  return Buffer.concat([size, bytes]);
}

const SESAME = 'open sesame';
const PASS = ['-passout', `pass:${SESAME}`];

describe('A private key', () => {
  let site: Site;
  const shared = sharedCleanup(after);
  before(async () => {
    site = await startSite(shared);
  });

  /** A key that the server knows, as ssh-keygen makes it. */
  const known = async (t: TestContext, ...options: string[]): Promise<string> => {
    const path = join(await temporaryFolder(t), 'key');
    await run('ssh-keygen', ['-q', '-f', path, ...(options.includes('-N') ? [] : ['-N', '']), ...options]);
    await site.sshd.authorize(await readFile(`${path}.pub`, 'utf8'));
    return path;
  };
  const openssl = async (...options: string[]): Promise<void> => {
    await run('openssl', options);
  };
  /** One of openssl's making, known to the server by what ssh-keygen makes of its public half. */
  const authorized = async (path: string): Promise<string> => {
    await openssl('pkey', '-in', path, '-passin', `pass:${SESAME}`, '-pubout', '-out', `${path}.pem`);
    const { stdout } = await run('ssh-keygen', ['-i', '-m', 'PKCS8', '-f', `${path}.pem`]);
    await site.sshd.authorize(stdout);
    return path;
  };
  const written = async (t: TestContext, text: string | Buffer): Promise<string> => {
    const path = join(await temporaryFolder(t), 'key');
    await writeFile(path, text, { mode: 0o600 });
    return path;
  };
  const login = async (t: TestContext, path: string): Promise<void> =>
    site.adapter(t, { privateKeys: [path], passphrase: () => SESAME }).connect(never);
  const faultOf = async (t: TestContext, path: string, passphrase = SESAME): Promise<string> =>
    (await outageOf(site.adapter(t, { privateKeys: [path], passphrase: () => passphrase }).connect(never))).reason;

  /** ssh-keygen does not read an ed25519 key of openssl's: its public half is written by hand. */
  const ed25519 = async (t: TestContext, ...options: string[]): Promise<string> => {
    const path = join(await temporaryFolder(t), 'key');
    await openssl('genpkey', '-algorithm', 'ed25519', '-out', `${path}.clear`);
    await openssl('pkey', '-in', `${path}.clear`, '-pubout', '-outform', 'DER', '-out', `${path}.der`);
    const blob = Buffer.concat([Buffer.from('ssh-ed25519'), (await readFile(`${path}.der`)).subarray(-32)].map(sized));
    await site.sshd.authorize(`ssh-ed25519 ${blob.toString('base64')}`);
    await openssl('pkcs8', '-topk8', '-in', `${path}.clear`, '-out', path, ...options);
    return path;
  };

  test('of ed25519 in PKCS #8 is read, in the clear and encrypted', async (t) => {
    await login(t, await ed25519(t, '-nocrypt'));
    const encrypted = await ed25519(t, ...PASS);
    await login(t, encrypted);
    assert.match(await faultOf(t, encrypted, 'open'), /cannot be decrypted with the passphrase/);
  });

  test('of ecdsa behind a block with the parameters of its curve is read, in the clear and encrypted', async (t) => {
    const path = join(await temporaryFolder(t), 'key');
    await openssl('ecparam', '-name', 'prime256v1', '-genkey', '-out', path);
    assert.match(await readFile(path, 'utf8'), /^-----BEGIN EC PARAMETERS-----/);
    await login(t, await authorized(path));
    const parameters = (await readFile(path, 'utf8')).split('-----BEGIN EC PRIVATE KEY-----')[0] ?? '';
    await openssl('ec', '-in', path, '-aes256', ...PASS, '-out', `${path}.e`);
    const encrypted = await written(t, parameters + (await readFile(`${path}.e`, 'utf8')));
    await login(t, encrypted);
    assert.match(await faultOf(t, encrypted, 'open'), /cannot be decrypted with the passphrase/);
  });

  for (const options of [
    ['-t', 'ed25519'],
    ['-t', 'rsa', '-b', '2048', '-m', 'PEM'],
    ['-t', 'ecdsa', '-m', 'PKCS8'],
  ]) {
    test(`made with ${options.join(' ')} is read as Windows, an editor or a variable has left it`, async (t) => {
      const text = await readFile(await known(t, ...options), 'utf8');
      const forms = {
        'with CR LF': text.replaceAll('\n', '\r\n'),
        'with a mark at its beginning': `\ufeff${text}`,
        indented: text.replaceAll(/^/gm, '    '),
        'with blanks at the ends of lines': text.replaceAll('\n', '  \n'),
        'in one line, with \\n': text.trim().replaceAll('\n', '\\n'),
        'behind attributes, and before a certificate': `Bag Attributes\n    localKeyID: 01\n${text}-----BEGIN CERTIFICATE-----\nMA==\n-----END CERTIFICATE-----\n`,
      };
      for (const form of Object.values(forms)) await login(t, await written(t, form));
    });
  }

  for (const cipher of ['aes256-ctr', 'aes256-gcm@openssh.com', 'aes128-cbc']) {
    test(`encrypted with ${cipher} is read`, async (t) => {
      await login(t, await known(t, '-t', 'ed25519', '-Z', cipher, '-N', SESAME));
    });
  }

  test('encrypted with chacha20 is named, and read once the command that is named was run', async (t) => {
    const path = await known(t, '-t', 'ed25519', '-Z', 'chacha20-poly1305@openssh.com', '-N', SESAME);
    const fault = await faultOf(t, path);
    assert.match(fault, /encrypted with chacha20-poly1305@openssh\.com, which order-monit cannot read/);
    const [, command = ''] = /convert it: (ssh-keygen .*)$/.exec(fault) ?? [];
    await run('ssh-keygen', [...command.split(' ').slice(1), '-P', SESAME, '-N', SESAME]);
    await login(t, path);
  });

  test('encrypted in a way that OpenSSL has given up is not called a wrong passphrase only', async (t) => {
    const path = await known(t, '-t', 'rsa', '-b', '2048', '-m', 'PEM');
    await openssl(
      ...['pkcs8', '-topk8', '-provider', 'legacy', '-provider', 'default', '-v1', 'PBE-MD5-DES'],
      ...['-in', path, ...PASS, '-out', `${path}.old`],
    );
    const fault = await faultOf(t, `${path}.old`);
    assert.match(fault, /encrypted in a way that OpenSSL has given up.*openssl pkcs8 -topk8 -v2 aes256/);
  });

  test('of PuTTY is named where it cannot be read', async (t) => {
    const ppk = (version: number, type: string, encryption: string): string =>
      `PuTTY-User-Key-File-${version}: ${type}\r\nEncryption: ${encryption}\r\nComment: robot\r\nPublic-Lines: 1\r\nAAAA\r\n`;
    for (const text of [
      ppk(3, 'ssh-ed25519', 'none'),
      ppk(3, 'ssh-rsa', 'aes256-cbc'),
      ppk(2, 'ssh-rsa', 'aes256-cbc'),
    ]) {
      const path = await written(t, text);
      const fault = await faultOf(t, path);
      assert.match(fault, /is a key of PuTTY \(\.ppk, version \d, ssh-\w+\); convert it: puttygen/);
      assert.ok(fault.includes(`puttygen ${path} -O private-openssh -o ${path}.new`), fault);
    }
  });

  test('of PuTTY in its older form, RSA in the clear, is read', async (t) => {
    const path = await known(t, '-t', 'rsa', '-b', '2048', '-m', 'PEM');
    const { d, p, q, qi } = createPrivateKey(await readFile(path)).export({ format: 'jwk' });
    const [, open = ''] = (await readFile(`${path}.pub`, 'utf8')).split(' ');
    const number = (text = ''): Buffer => sized(Buffer.concat([Buffer.from([0]), Buffer.from(text, 'base64url')]));
    const secret = Buffer.concat([d, p, q, qi].map(number));
    const about = ['ssh-rsa', 'none', 'robot'];
    const signed = Buffer.concat(
      [...about.map((text) => Buffer.from(text)), Buffer.from(open, 'base64'), secret].map(sized),
    );
    const macKey = createHash('sha1').update('putty-private-key-file-mac-key').digest();
    const lines = (text: string): string =>
      `${Math.ceil(text.length / 64)}\r\n${text.replaceAll(/(.{64})(?=.)/g, '$1\r\n')}`;
    const [kind, encryption, comment] = about;
    const ppk =
      `PuTTY-User-Key-File-2: ${kind}\r\nEncryption: ${encryption}\r\nComment: ${comment}\r\nPublic-Lines: ${lines(open)}\r\n` +
      `Private-Lines: ${lines(secret.toString('base64'))}\r\n` +
      `Private-MAC: ${createHmac('sha1', macKey).update(signed).digest('hex')}\r\n`;
    await login(t, await written(t, ppk));
  });

  const NAMED: readonly [what: string, text: string | Buffer, fault: RegExp][] = [
    ['that is empty', '', /is empty/],
    ['that is cut short', '-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXktdjEAAAAA\n', /damaged or cut short/],
    ['that is one of TLS', '-----BEGIN CERTIFICATE-----\nMA==\n-----END CERTIFICATE-----\n', /certificate for TLS/],
    ['of ssh.com', '---- BEGIN SSH2 ENCRYPTED PRIVATE KEY ----\nP2/5\n', /ssh-keygen -i -f/],
    ['that is public', '-----BEGIN PUBLIC KEY-----\nMA==\n-----END PUBLIC KEY-----\n', /is a public key/],
    ['in binary', Buffer.from([0x30, 0x82, 0, 1, 0xff, 0xfe]), /openssl pkey -inform DER/],
    ['in UTF-16', Buffer.from('\ufeff-----BEGIN OPENSSH PRIVATE KEY-----\n', 'utf16le'), /iconv -f UTF-16/],
  ];
  for (const [what, text, fault] of NAMED) {
    test(`${what} is named for what it is`, async (t) => {
      assert.match(await faultOf(t, await written(t, text)), fault);
    });
  }

  test('whose certificate is named in its place is asked for', async (t) => {
    const path = await known(t, '-t', 'ed25519');
    await run('ssh-keygen', ['-q', '-s', site.sshd.keys.rsa, '-I', 'robot', `${path}.pub`]);
    assert.match(await faultOf(t, `${path}-cert.pub`), /is a certificate; private_key names the private key/);
  });

  test('of a kind that SSH has no use for is named by its kind', async (t) => {
    const path = join(await temporaryFolder(t), 'key');
    await openssl('genpkey', '-algorithm', 'x25519', '-out', path);
    assert.match(await faultOf(t, path), /of a kind that SSH has no use for \(x25519\); make a new one: ssh-keygen/);
  });
});
