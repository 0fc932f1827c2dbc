type Listener = (...values: any[]) => void;

/** The methods of Node's `EventEmitter`, so that a parser can be given to whoever takes one. */
export interface EventSource {
  on(event: string | symbol, listener: Listener): this;
  once(event: string | symbol, listener: Listener): this;
  off(event: string | symbol, listener: Listener): this;
  addListener(event: string | symbol, listener: Listener): this;
  removeListener(event: string | symbol, listener: Listener): this;
  removeAllListeners(event?: string | symbol): this;
  prependListener(event: string | symbol, listener: Listener): this;
  prependOnceListener(event: string | symbol, listener: Listener): this;
  emit(event: string | symbol, ...values: any[]): boolean;
  listeners(event: string | symbol): Function[];
  rawListeners(event: string | symbol): Function[];
  listenerCount(event: string | symbol, listener?: Function): number;
  eventNames(): (string | symbol)[];
  setMaxListeners(count: number): this;
  getMaxListeners(): number;
}

/** A listener that is removed before its first call wraps the one that was given. */
type StoredListener = Listener & { listener?: Listener };

/** What the parser needs of Node's `EventEmitter`, for platforms that have none; it behaves the same. */
export class SmallEmitter implements EventSource {
  readonly #listeners = new Map<string | symbol, StoredListener[]>();
  #maxListeners = 10;

  on(event: string | symbol, listener: Listener): this {
    return this.#add(event, listener, false);
  }

  addListener(event: string | symbol, listener: Listener): this {
    return this.#add(event, listener, false);
  }

  prependListener(event: string | symbol, listener: Listener): this {
    return this.#add(event, listener, true);
  }

  once(event: string | symbol, listener: Listener): this {
    return this.#add(event, this.#onceOnly(event, listener), false);
  }

  prependOnceListener(event: string | symbol, listener: Listener): this {
    return this.#add(event, this.#onceOnly(event, listener), true);
  }

  off(event: string | symbol, listener: Listener): this {
    return this.removeListener(event, listener);
  }

  removeListener(event: string | symbol, listener: Listener): this {
    const listeners = this.#listeners.get(event) ?? [];
    // the one that was added last, as in Node
    for (let i = listeners.length - 1; i >= 0; i--) {
      if (listeners[i] !== listener && listeners[i].listener !== listener) continue;
      this.#set(event, [...listeners.slice(0, i), ...listeners.slice(i + 1)]);
      break;
    }
    return this;
  }

  removeAllListeners(event?: string | symbol): this {
    if (event === undefined) this.#listeners.clear();
    else this.#listeners.delete(event);
    return this;
  }

  /** Throws what an `error` event carries when nobody listens to it. */
  emit(event: string | symbol, ...values: unknown[]): boolean {
    const listeners = this.#listeners.get(event);
    if (listeners === undefined) {
      if (event === 'error') throw values[0] instanceof Error ? values[0] : new Error('Unhandled error.');
      return false;
    }
    for (const listener of listeners) listener.apply(this, values);
    return true;
  }

  listeners(event: string | symbol): Function[] {
    return (this.#listeners.get(event) ?? []).map((stored) => stored.listener ?? stored);
  }

  rawListeners(event: string | symbol): Function[] {
    return [...(this.#listeners.get(event) ?? [])];
  }

  listenerCount(event: string | symbol, listener?: Function): number {
    const listeners = this.listeners(event);
    return listener === undefined ? listeners.length : listeners.filter((one) => one === listener).length;
  }

  eventNames(): (string | symbol)[] {
    return [...this.#listeners.keys()];
  }

  setMaxListeners(count: number): this {
    this.#maxListeners = count;
    return this;
  }

  getMaxListeners(): number {
    return this.#maxListeners;
  }

  #add(event: string | symbol, listener: StoredListener, first: boolean): this {
    if (typeof listener !== 'function') throw new TypeError('listener must be a function');
    const listeners = this.#listeners.get(event) ?? [];
    this.#set(event, first ? [listener, ...listeners] : [...listeners, listener]);
    return this;
  }

  /** Always a new array, so that an `emit` that is under way calls those that it started with. */
  #set(event: string | symbol, listeners: StoredListener[]): void {
    if (listeners.length === 0) this.#listeners.delete(event);
    else this.#listeners.set(event, listeners);
  }

  #onceOnly(event: string | symbol, listener: Listener): StoredListener {
    if (typeof listener !== 'function') throw new TypeError('listener must be a function');
    const wrapper: StoredListener = (...values) => {
      this.removeListener(event, wrapper);
      listener.apply(this, values);
    };
    wrapper.listener = listener;
    return wrapper;
  }
}

interface NodeProcess {
  getBuiltinModule?(name: 'node:events'): { EventEmitter?: new () => EventSource } | undefined;
}

/** Node's own class where there is one: users ask for `instanceof EventEmitter`. Not by an import: browsers have none. */
function platformEmitter(): new () => EventSource {
  const { process } = globalThis as unknown as { process?: NodeProcess };
  return process?.getBuiltinModule?.('node:events')?.EventEmitter ?? SmallEmitter;
}

export const Emitter: new () => EventSource = /* @__PURE__ */ platformEmitter();
