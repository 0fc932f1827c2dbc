import { EventEmitter } from 'node:events';
import { describe, expect, test } from 'vitest';
import { type EventSource, SmallEmitter } from '../../src/mqtt-packet/events.ts';

// what a browser gets does what Node's class does
describe.each<[string, () => EventSource]>([
  ['the small emitter', () => new SmallEmitter()],
  ["Node's", () => new EventEmitter()],
])('%s', (_name, make) => {
  test('calls listeners in order, with the values and itself as this', () => {
    const emitter = make();
    const calls: unknown[] = [];
    emitter.on('e', function (this: unknown, ...values) {
      calls.push(this === emitter, ...values);
    });
    emitter.prependListener('e', () => calls.push('first'));
    emitter.addListener('e', () => calls.push('last'));
    expect(emitter.emit('e', 1, 2)).toBe(true);
    expect(calls).toEqual(['first', true, 1, 2, 'last']);
    expect(emitter.emit('other')).toBe(false);
  });

  test('calls once-listeners once, and knows them by the listener given', () => {
    const emitter = make();
    const calls: string[] = [];
    const listener = () => calls.push('once');
    emitter.once('e', listener);
    emitter.prependOnceListener('e', () => calls.push('before'));
    expect(emitter.listeners('e')[1]).toBe(listener);
    expect(emitter.rawListeners('e')[1]).not.toBe(listener);
    emitter.emit('e');
    emitter.emit('e');
    expect(calls).toEqual(['before', 'once']);
    emitter.once('e', listener);
    emitter.off('e', listener);
    expect(emitter.listenerCount('e')).toBe(0);
  });

  test('removes the listener that was added last, or all of them', () => {
    const emitter = make();
    const calls: string[] = [];
    const a = () => calls.push('a');
    emitter
      .on('e', a)
      .on('e', () => calls.push('b'))
      .on('e', a);
    emitter.removeListener('e', a);
    emitter.emit('e');
    expect(calls).toEqual(['a', 'b']);
    expect(emitter.eventNames()).toEqual(['e']);
    emitter.removeAllListeners('e');
    expect(emitter.eventNames()).toEqual([]);
    emitter.on('e', a).on('f', a).removeAllListeners();
    expect(emitter.listenerCount('e') + emitter.listenerCount('f')).toBe(0);
  });

  test('finishes an emit with the listeners that it started with', () => {
    const emitter = make();
    const calls: string[] = [];
    emitter.on('e', () => {
      calls.push('a');
      emitter.removeAllListeners('e');
      emitter.on('e', () => calls.push('c'));
    });
    emitter.on('e', () => calls.push('b'));
    emitter.emit('e');
    expect(calls).toEqual(['a', 'b']);
  });

  test('throws the error that nobody listens to', () => {
    const emitter = make();
    const error = new Error('nobody');
    expect(() => emitter.emit('error', error)).toThrow(error);
    expect(() => emitter.emit('error')).toThrow();
    emitter.on('error', () => {});
    expect(emitter.emit('error', error)).toBe(true);
  });

  test('wants functions', () => {
    expect(() => make().on('e', undefined as never)).toThrow(TypeError);
    expect(() => make().once('e', {} as never)).toThrow(TypeError);
  });

  test('keeps the limit of listeners', () => {
    expect(make().getMaxListeners()).toBe(10);
    expect(make().setMaxListeners(3).getMaxListeners()).toBe(3);
  });
});
