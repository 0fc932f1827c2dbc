import { expect, test } from 'vitest';
import { Broker } from '../../src/broker/index.ts';

const plainJavaScript = process.env.WASMQTT_KERNEL === 'js' || typeof WebAssembly === 'undefined';

test(`the broker decodes with the ${plainJavaScript ? 'JavaScript' : 'WebAssembly'} kernel`, () => {
  expect(new Broker().kernelName).toBe(plainJavaScript ? 'js' : 'wasm');
});

test('the kernel can be chosen', () => {
  expect(new Broker({ kernel: 'js' }).kernelName).toBe('js');
});
