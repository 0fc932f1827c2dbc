import { expect, test } from 'vitest';
import { createBroker } from '../../src/broker/index.ts';

const plainJavaScript = process.env.WASMQTT_KERNEL === 'js' || typeof WebAssembly === 'undefined';

test(`the broker decodes with the ${plainJavaScript ? 'JavaScript' : 'WebAssembly'} kernel`, () => {
  expect(createBroker().kernelName).toBe(plainJavaScript ? 'js' : 'wasm');
});

test('the kernel can be chosen', () => {
  expect(createBroker({ kernel: 'js' }).kernelName).toBe('js');
});
