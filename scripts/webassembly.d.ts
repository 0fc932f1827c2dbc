// The part of the WebAssembly API this project uses. TypeScript declares it in its DOM library only, which is
// left out so that nothing here assumes a browser. Not part of the published types: do not name it in public API.
declare namespace WebAssembly {
  type ExternalKind = 'function' | 'global' | 'memory' | 'table';
  type Exports = Record<string, unknown>;
  type Imports = Record<string, Record<string, unknown>>;

  class Module {
    constructor(bytes: ArrayBufferView | ArrayBuffer);
    static exports(module: Module): { name: string; kind: ExternalKind }[];
    static imports(module: Module): { module: string; name: string; kind: ExternalKind }[];
  }

  class Instance {
    constructor(module: Module, imports?: Imports);
    readonly exports: Exports;
  }

  class Memory {
    constructor(descriptor: { initial: number; maximum?: number });
    readonly buffer: ArrayBuffer;
    grow(delta: number): number;
  }

  class Global<T = number> {
    constructor(descriptor: { value: string; mutable?: boolean }, value?: T);
    value: T;
  }

  class CompileError extends Error {}
  class LinkError extends Error {}
  class RuntimeError extends Error {}

  function validate(bytes: ArrayBufferView | ArrayBuffer): boolean;
  function compile(bytes: ArrayBufferView | ArrayBuffer): Promise<Module>;
  function instantiate(module: Module, imports?: Imports): Promise<Instance>;
}
