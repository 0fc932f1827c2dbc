import { Socket } from 'node:net';

const successors = new WeakMap<object, object>();
let prototype: object | undefined;

/**
 * Makes a socket whose handle is gone another name of the socket that has it now: what is called, set, listened to or
 * asked for here happens there. So it does no harm if somebody keeps it, for example to destroy it at the end.
 */
export function standIn(old: Socket, successor: Socket): void {
  successors.set(old, successor);
  // what helpers such as `stream.finished` look at
  for (const key of ['_readableState', '_writableState']) Reflect.set(old, key, Reflect.get(successor, key));
  prototype ??= delegatePrototype();
  Object.setPrototypeOf(old, prototype);
}

/** Still a `net.Socket` to `instanceof`. */
function delegatePrototype(): object {
  const delegate = Object.create(Socket.prototype);
  for (let level = Socket.prototype; level !== Object.prototype; level = Object.getPrototypeOf(level)) {
    for (const key of Reflect.ownKeys(level)) {
      if (key === 'constructor' || Object.hasOwn(delegate, key)) continue;
      const isMethod = typeof Object.getOwnPropertyDescriptor(level, key)?.value === 'function';
      Object.defineProperty(delegate, key, isMethod ? delegateMethod(key) : delegateProperty(key));
    }
  }
  return delegate;
}

function delegateMethod(key: PropertyKey): PropertyDescriptor {
  const value = function (this: object, ...values: unknown[]): unknown {
    const successor = successors.get(this) as object;
    const result = Reflect.apply(Reflect.get(successor, key), successor, values);
    return result === successor ? this : result;
  };
  return { value, writable: true, configurable: true };
}

function delegateProperty(key: PropertyKey): PropertyDescriptor {
  return {
    get(this: object): unknown {
      return Reflect.get(successors.get(this) as object, key);
    },
    set(this: object, value: unknown) {
      Reflect.set(successors.get(this) as object, key, value);
    },
    configurable: true,
  };
}
