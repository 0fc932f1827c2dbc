import { spawnSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { AuthenticationRequest } from '../../src/broker/types.ts';
import { accessControl } from '../../src/cli/access.ts';
import { changePasswordFile, readPasswordFile } from '../../src/cli/password-file.ts';
import { hashPassword, verifierOf } from '../../src/cli/password-hash.ts';
import type { Values } from '../../src/cli/settings.ts';
import { RawClient } from '../broker/harness.ts';
import { missing } from '../peers.ts';
import { wasmqtt, wasmqttWith } from './command.ts';
import { temporaryFile } from './files.ts';

/** Of "secret", made by mosquitto_passwd. */
const MOSQUITTO =
  '$7$101$N0ngOXXyWaIC6bGj$k6jmTWiRd64JAPqDXcw4WbZiwGbu5y/KEYKfeq4hmjzVYK8NpB9kAp8/Lr85jYGnUv42qbci3VXgmGKGyZ37zg==';
/** Of "pleaseletmein": test vector of RFC 7914 section 12, its first 32 bytes. */
const SCRYPT = `$scrypt$ln=14,r=8,p=1$${base64('SodiumChloride')}$${Buffer.from(
  '7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2',
  'hex',
)
  .toString('base64')
  .replace(/=+$/, '')}`;

function base64(text: string): string {
  return Buffer.from(text).toString('base64').replace(/=+$/, '');
}

const bytes = (text: string) => Buffer.from(text);

/** What clients with these credentials are told. */
function access(values: Partial<Values>) {
  const authenticate = accessControl(values as Values);
  return async (username?: string, password?: string) => {
    if (authenticate === undefined) return 'everybody';
    const request = { username, password: password === undefined ? undefined : bytes(password) };
    return authenticate(request as AuthenticationRequest);
  };
}

describe('hashes', () => {
  test('are verified', async () => {
    const verify = verifierOf(await hashPassword(bytes('pass wörd')))!;
    expect(await verify(bytes('pass wörd'))).toBe(true);
    expect(await verify(bytes('pass word'))).toBe(false);
    expect(await verify(bytes(''))).toBe(false);
  });

  test('are different for the same password', async () => {
    expect(await hashPassword(bytes('x'))).not.toBe(await hashPassword(bytes('x')));
  });

  test('of RFC 7914 and of mosquitto_passwd are understood', async () => {
    expect(await verifierOf(SCRYPT)!(bytes('pleaseletmein'))).toBe(true);
    expect(await verifierOf(SCRYPT)!(bytes('pleaseletmeout'))).toBe(false);
    expect(await verifierOf(MOSQUITTO)!(bytes('secret'))).toBe(true);
    expect(await verifierOf(MOSQUITTO)!(bytes('Secret'))).toBe(false);
  });

  test.each([
    'secret',
    '$6$xxxx$yyyy',
    SCRYPT.replace('ln=14', 'ln=30'),
    SCRYPT.replace('ln=14', 'ln=0'),
    SCRYPT.replace('r=8', 'r=1000'),
    SCRYPT.replace('p=1', 'p=0'),
    MOSQUITTO.replace('$101$', '$0$'),
    MOSQUITTO.replace('$101$', '$99999999999$'),
    MOSQUITTO.slice(0, -20),
  ])('%s is none', (text) => {
    expect(verifierOf(text)).toBeUndefined();
  });
});

describe('password file', () => {
  test('has a user a line, and comments', async () => {
    const file = temporaryFile('passwords', `# people\n\nu:${MOSQUITTO}\r\nother user:${SCRYPT}\n`);
    const users = readPasswordFile(file);
    expect([...users.keys()]).toEqual(['u', 'other user']);
    expect(await users.get('u')!(bytes('secret'))).toBe(true);
  });

  test.each([
    [`u:${MOSQUITTO}\nu:secret\n`, 'line 2: the hash must be made by wasmqtt passwd or mosquitto_passwd'],
    ['nobody\n', 'line 1: must be a user name, a colon and a hash'],
    [`:${MOSQUITTO}`, 'line 1: must be a user name'],
    [`u:${MOSQUITTO}\n#\nu:${MOSQUITTO}`, 'line 3: user u is there twice'],
  ])('%j is refused', (content, message) => {
    const file = temporaryFile('passwords', content);
    expect(() => readPasswordFile(file)).toThrow(`${file}, ${message}`);
  });

  test('that is not there is named', () => {
    expect(() => readPasswordFile(temporaryFile('none'))).toThrow(/^cannot read the password file: .*none/);
  });

  test('keeps its order and comments when users change', () => {
    const file = temporaryFile('passwords', '# people\na:1\nb:2\n');
    expect(changePasswordFile(file, 'a', '3')).toBe(true);
    expect(changePasswordFile(file, 'c', '4')).toBe(false);
    expect(readFileSync(file, 'utf8')).toBe('# people\na:3\nb:2\nc:4\n');
    expect(changePasswordFile(file, 'b', undefined)).toBe(true);
    expect(changePasswordFile(file, 'b', undefined)).toBe(false);
    expect(readFileSync(file, 'utf8')).toBe('# people\na:3\nc:4\n');
  });

  test('is made if it is not there, and nobody else can read it', () => {
    const file = temporaryFile('passwords');
    changePasswordFile(file, 'a', '1');
    expect(readFileSync(file, 'utf8')).toBe('a:1\n');
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });
});

describe('who may connect', () => {
  const notAuthorized = expect.objectContaining({ reasonCode: 0x87 });

  test('everybody, if there are no user names', async () => {
    expect(accessControl({} as Values)).toBeUndefined();
    expect(accessControl({ allowAnonymous: true } as Values)).toBeUndefined();
  });

  test('the user of --username', async () => {
    const ask = access({ username: 'u', password: 'p' });
    expect(await ask('u', 'p')).toBe(true);
    expect(await ask('u', 'P')).toBe(false);
    expect(await ask('u')).toBe(false);
    expect(await ask('v', 'p')).toBe(false);
    expect(await ask()).toEqual(notAuthorized);
  });

  test('users of the file and of --username, and others if that is allowed', async () => {
    const passwordFile = temporaryFile('passwords', `m:${MOSQUITTO}\ns:${SCRYPT}\n`);
    const ask = access({ username: 'u', password: 'p', passwordFile, allowAnonymous: true });
    expect(await ask('u', 'p')).toBe(true);
    expect(await ask('s', 'pleaseletmein')).toBe(true);
    for (let round = 0; round < 3; round++) {
      expect(await ask('m', 'secret')).toBe(true);
      expect(await ask('m', 'wrong')).toBe(false);
    }
    expect(await ask('nobody', 'secret')).toBe(false);
    expect(await ask()).toBe(true);
  });

  test.each<[Partial<Values>, string]>([
    [{ username: 'u' }, '--username needs --password'],
    [{ password: 'p' }, '--password needs --username'],
    [{ allowAnonymous: false }, 'nobody could connect'],
  ])('%j is refused', (values, message) => {
    expect(() => accessControl(values as Values)).toThrow(message);
  });

  test('an empty file lets nobody in, so it is refused unless others are allowed', async () => {
    const passwordFile = temporaryFile('passwords', '# nobody yet\n');
    expect(() => accessControl({ passwordFile } as Values)).toThrow('nobody could connect');
    const ask = access({ passwordFile, allowAnonymous: true });
    expect(await ask()).toBe(true);
    expect(await ask('u', 'p')).toBe(false);
  });
});

describe('wasmqtt passwd', () => {
  test('sets passwords that the broker then asks for', async () => {
    const file = temporaryFile('passwords');
    expect(await wasmqttWith({}, ['passwd', file, 'me'], 'first\n').ended).toBe(0);
    expect(await wasmqttWith({}, ['passwd', file, 'me'], 'my secret\nnot this').ended).toBe(0);
    const broker = wasmqtt('-p', '0', '--password-file', file);
    const port = await broker.port();
    await RawClient.connected(port, 'c', 4, { username: 'me', password: 'my secret' });
    await refused(port, 5, 0x86, { username: 'me', password: 'first' });
    await refused(port, 5, 0x87, {});
    await refused(port, 4, 4, { username: 'me', password: 'first' });
    await refused(port, 4, 5, {});
  });

  async function refused(port: number, version: 4 | 5, code: number, credentials: object): Promise<void> {
    const client = await RawClient.open(port);
    client.sendConnect('c2', version, credentials);
    const connack = await client.next('connack');
    expect(version === 5 ? connack.reasonCode : connack.returnCode).toBe(code);
  }

  test('removes users', async () => {
    const file = temporaryFile('passwords', 'a:1\nb:2\n');
    expect(await wasmqtt('passwd', '--delete', file, 'a').ended).toBe(0);
    expect(readFileSync(file, 'utf8')).toBe('b:2\n');
    const again = wasmqtt('passwd', '--delete', file, 'a');
    expect(await again.ended).toBe(1);
    expect(again.stderr).toContain(`${file} has no user a`);
  });

  test.each([
    [['a:b'], 'x\n', 'the user name must not be empty, contain a colon or begin with #'],
    [['a'], '\n', 'the password must have 1 to 65535 bytes'],
    [['a'], '', 'the password must have 1 to 65535 bytes'],
    [[], '', "missing required argument 'user-name'"],
  ])('refuses user %j with password %j', async (user, input, message) => {
    const command = wasmqttWith({}, ['passwd', temporaryFile('passwords'), ...user], input);
    expect(await command.ended).toBe(2);
    expect(command.stderr).toContain(message);
  });

  test('files of mosquitto_passwd are understood', async () => {
    const file = temporaryFile('passwords');
    const { error } = spawnSync('mosquitto_passwd', ['-c', '-b', file, 'm', 'secret']);
    if (error !== undefined) missing('mosquitto_passwd is not there: apt-get install mosquitto');
    expect(await readPasswordFile(file).get('m')!(bytes('secret'))).toBe(true);
  });
});
