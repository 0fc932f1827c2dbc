import { describe, expect, test } from 'vitest';
import { LIMITS } from '../../src/broker/options.ts';
import { places } from '../../src/cli/listeners.ts';
import { createProgram } from '../../src/cli/program.ts';
import { type Configuration, type Environment, resolve } from '../../src/cli/resolve.ts';
import { flagOf, SETTING_NAMES, SETTINGS, variableOf } from '../../src/cli/settings.ts';
import { configFile, temporaryFile } from './files.ts';

/** What a command line, an environment and a file come to. */
async function configured(
  args: readonly string[],
  environment: Environment = {},
  file?: object,
): Promise<Configuration> {
  const config = file === undefined ? [] : ['--config', configFile(file)];
  let configuration: Configuration | undefined;
  const program = createProgram(async (flags) => {
    configuration = resolve(flags, environment);
  });
  await program.parseAsync([...args, ...config], { from: 'user' });
  return configuration!;
}

async function placesOf(args: readonly string[], environment: Environment = {}, file?: object) {
  return places(await configured(args, environment, file)).map(({ options }) => options);
}

describe('settings', () => {
  test('without anything: the defaults, the broker decides of its own', async () => {
    const { values, asked, listeners } = await configured([]);
    expect(values).toMatchObject({ logLevel: 'info', logFormat: 'text', allowAnonymous: undefined });
    for (const name of Object.keys(LIMITS)) expect(values).toHaveProperty(name, undefined);
    expect(asked.size).toBe(0);
    expect(listeners).toBeUndefined();
  });

  test('names of flags and variables', () => {
    expect(flagOf('maxPacketSizeBeforeConnect')).toBe('--max-packet-size-before-connect');
    expect(flagOf('maximumQoS')).toBe('--maximum-qos');
    expect(variableOf('maximumQoS')).toBe('WASMQTT_MAXIMUM_QOS');
    expect(variableOf('cafile')).toBe('WASMQTT_CAFILE');
  });

  test.each(SETTING_NAMES.filter((name) => name !== 'config'))(
    '%s: flag before variable before file',
    async (name) => {
      const { field, inFile } = SETTINGS[name];
      const [inFlag, inVariable, other] = {
        number: [50, 51, 52],
        boolean: [false, true, true],
        choice: [...(field.values ?? []), ...(field.values ?? [])],
        text: ['a', 'b', 'c'],
      }[field.kind];
      const flag =
        field.kind === 'boolean' ? [flagOf(name).replace('--', '--no-')] : [flagOf(name), String(inFlag)];
      const variable = { [variableOf(name)]: String(inVariable) };
      const file = inFile ? { [name]: other } : {};
      const value = (configuration: Configuration) => {
        const text = configuration.values[name];
        return name === 'passwordFile' ? String(text).slice(-1) : text;
      };
      expect(value(await configured(flag, variable, file))).toBe(inFlag);
      expect(value(await configured([], variable, file))).toBe(inVariable);
      if (inFile) expect(value(await configured([], {}, file))).toBe(other);
    },
  );

  test('a flag can say yes where the file says no', async () => {
    const file = { retainAvailable: false };
    expect((await configured([], {}, file)).values.retainAvailable).toBe(false);
    expect((await configured(['--retain-available'], {}, file)).values.retainAvailable).toBe(true);
  });

  test('a variable that is empty says nothing', async () => {
    const { values } = await configured([], { WASMQTT_LOG_LEVEL: '', WASMQTT_PORT: '' });
    expect(values).toMatchObject({ logLevel: 'info', port: 1883 });
  });

  test('WASMQTT_PORT of Kubernetes, for a service of that name, says nothing', async () => {
    expect(await placesOf([], { WASMQTT_PORT: 'tcp://10.0.0.1:1883' })).toMatchObject([{ port: 1883 }]);
  });

  test.each([
    [['--port', '65536'], '--port: must be a whole number from 0 to 65535, not "65536"'],
    [['--port=-1'], '--port: must be'],
    [['--port', '1e3'], 'not "1e3"'],
    [['--port', ''], 'not ""'],
    [['--max-packet-size', '0x10'], '--max-packet-size: must be a whole number from 14'],
    [['--max-packet-size', '268435456'], 'to 268435455, not "268435456"'],
    [['--kernel', 'rust'], '--kernel: must be auto, wasm or js, not "rust"'],
    [['--maximum-qos', '3'], '--maximum-qos: must be 0, 1 or 2, not "3"'],
    [
      ['--connect-timeout', '0'],
      '--connect-timeout: must be a number of seconds from 0.01 to 86400, not "0"',
    ],
    [['--host', ''], '--host: must be a name or an address, not ""'],
  ])('%j is refused', async (args, explanation) => {
    await expect(configured(args)).rejects.toThrow(explanation.replace(/not "\d+"$/, ''));
  });

  test.each([
    ['WASMQTT_MAX_CONNECTIONS', 'many', 'must be a whole number from 0'],
    ['WASMQTT_RETAIN_AVAILABLE', 'no', 'must be true or false, not "no"'],
    ['WASMQTT_LOG_FORMAT', 'xml', 'must be text or json, not "xml"'],
  ])('%s=%s is refused by its name', async (name, value, explanation) => {
    await expect(configured([], { [name]: value })).rejects.toThrow(`${name}: ${explanation}`);
  });

  test('-v is --log-level debug', async () => {
    expect((await configured(['-v'])).values.logLevel).toBe('debug');
    expect((await configured(['-v'], { WASMQTT_LOG_LEVEL: 'warn' })).values.logLevel).toBe('debug');
  });
});

describe('where it listens', () => {
  const tls = { WASMQTT_CERT: 'package.json', WASMQTT_KEY: 'package.json' };

  test('on port 1883 of this machine, if nothing is said', async () => {
    expect(await placesOf([])).toEqual([{ port: 1883, host: '127.0.0.1', webSocket: false }]);
    expect(await placesOf(['--host', '::'])).toMatchObject([{ port: 1883, host: '::' }]);
  });

  test('only in the places that are asked for', async () => {
    const args = ['--tls-port', '1', '--websocket-port', '2', '--websocket-tls-port', '3', '--unix', 'x'];
    expect(await placesOf(args, tls)).toMatchObject([
      { port: 1, tls: { cert: expect.anything() }, webSocket: false },
      { port: 2, tls: undefined, webSocket: true },
      { port: 3, tls: { key: expect.anything() }, webSocket: true },
      { path: 'x' },
    ]);
  });

  test('with --cafile clients have to have a certificate', async () => {
    const [place] = await placesOf(['--tls-port', '1', '--cafile', 'package.json'], tls);
    expect(place.tls).toMatchObject({ requestCert: true, rejectUnauthorized: true, ca: expect.anything() });
  });

  test('those of the file, unless there are flags or variables for others', async () => {
    const file = { listeners: [{ port: 1 }, { path: '/x' }, { port: 2, host: '::1', webSocket: true }] };
    expect(await placesOf([], {}, file)).toMatchObject([
      { port: 1, host: undefined },
      { path: '/x' },
      { port: 2, host: '::1', webSocket: true },
    ]);
    expect(await placesOf([], { WASMQTT_PORT: '3' }, file)).toMatchObject([{ port: 3 }]);
    expect(await placesOf(['--host', 'h'], {}, file)).toMatchObject([
      { port: 1, host: 'h' },
      { path: '/x', host: undefined },
      { port: 2, host: 'h' },
    ]);
  });

  test.each([
    [['--cert', 'x'], '--cert needs --tls-port or --websocket-tls-port'],
    [['-p', '1', '--cafile', 'x'], '--cafile needs --tls-port or'],
    [['--tls-port', '1'], '--tls-port needs --cert and --key'],
    [['--websocket-tls-port', '1', '--cert', 'x'], '--websocket-tls-port needs --cert and --key'],
    [['--tls-port', '1', '--key', 'package.json', '--cert', 'missing.pem'], '--cert: ENOENT'],
  ])('%j is refused', async (args, explanation) => {
    await expect(placesOf(args)).rejects.toThrow(explanation);
  });

  test('a certificate that the file names and that is not there is named', async () => {
    const cert = temporaryFile('missing.pem');
    const file = { listeners: [{ port: 1, tls: { cert, key: cert } }] };
    await expect(placesOf([], {}, file)).rejects.toThrow(
      /wasmqtt\.json: listeners\[0\]\.tls\.cert: ENOENT.*missing/,
    );
  });
});
