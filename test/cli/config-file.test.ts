import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readConfiguration } from '../../src/cli/config-file.ts';
import { configFile, temporaryFile } from './files.ts';

describe('configuration file', () => {
  test('has listeners and settings by their names', () => {
    const listeners = [
      { port: 1883, host: '0.0.0.0' },
      { port: 8083, webSocket: true },
      { port: 8084, webSocket: { path: '/mqtt' } },
      { port: 0, webSocket: false },
    ];
    const settings = { maxPacketSize: 1_000, retainAvailable: false, logFormat: 'json', metricsPort: 9100 };
    const file = readConfiguration(configFile({ listeners, ...settings }));
    expect(file.listeners).toMatchObject(listeners);
    expect(file.values).toEqual(settings);
  });

  test('may be empty', () => {
    expect(readConfiguration(configFile({}))).toEqual({ values: {}, listeners: undefined });
  });

  test('names files relative to itself', () => {
    const name = configFile({
      listeners: [{ path: 'socket' }, { port: 1, tls: { cert: 'c', key: 'sub/k', ca: '/etc/ca' } }],
      passwordFile: 'passwords',
    });
    const here = (file: string) => join(dirname(name), file);
    const { listeners, values } = readConfiguration(name);
    expect(listeners?.[0]).toMatchObject({ path: here('socket') });
    expect(listeners?.[1]).toMatchObject({ tls: { cert: here('c'), key: here('sub/k'), ca: '/etc/ca' } });
    expect(values).toEqual({ passwordFile: here('passwords') });
  });

  test.each([
    ['{', / is not JSON: /],
    ['[]', /: must be an object, not a list$/],
    ['7', /: must be an object, not 7$/],
    ['{"maxInflight":1}', /: maxInflight: is no setting$/],
    ['{"port":1}', /: port: is no setting$/],
    ['{"password":"x"}', /: password: is no setting$/],
    ['{"maximumQoS":3}', /: maximumQoS: must be 0, 1 or 2, not 3$/],
    ['{"maxQueuedMessages":null}', /: maxQueuedMessages: must be a whole number from 0 to \d+, not null$/],
    ['{"logLevel":"loud"}', /: logLevel: must be error, warn, info or debug, not "loud"$/],
    ['{"listeners":{"port":1}}', /: listeners: must be a list of listeners, not an object$/],
    ['{"listeners":[]}', /: listeners: must have at least one listener$/],
    [
      '{"listeners":[{"port":1},{"port":70000}]}',
      /: listeners\[1\]\.port: must be a whole number from 0 to 65535, not 70000$/,
    ],
    ['{"listeners":[1883]}', /: listeners\[0\]: must be an object, not 1883$/],
    ['{"listeners":[{}]}', /: listeners\[0\]: must have either "port" \(and "host"\) or "path"$/],
    ['{"listeners":[{"port":1,"path":"x"}]}', /: listeners\[0\]: must have either /],
    ['{"listeners":[{"path":"x","host":"y"}]}', /: listeners\[0\]: must have either /],
    ['{"listeners":[{"port":1,"adress":"x"}]}', /: listeners\[0\]\.adress: is no setting of a listener$/],
    [
      '{"listeners":[{"port":1,"webSocket":{"path":"mqtt"}}]}',
      /: listeners\[0\]\.webSocket: must be true, false or /,
    ],
    [
      '{"listeners":[{"port":1,"tls":true}]}',
      /: listeners\[0\]\.tls: must be an object with "cert" and "key", not true$/,
    ],
    ['{"listeners":[{"port":1,"tls":{"cert":"x"}}]}', /: listeners\[0\]\.tls\.key: is missing$/],
    [
      '{"listeners":[{"port":1,"tls":{"cert":"x","key":""}}]}',
      /: listeners\[0\]\.tls\.key: must be a file name, not ""$/,
    ],
  ])('%s is refused', (content, message) => {
    const file = configFile(content);
    expect(() => readConfiguration(file)).toThrow(message);
    expect(() => readConfiguration(file)).toThrow(file);
  });

  test('that is not there is named', () => {
    const file = temporaryFile('missing.json');
    expect(() => readConfiguration(file)).toThrow(/^cannot read the configuration file: .*missing\.json/);
  });
});
