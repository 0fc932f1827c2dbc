/** A compiled `wasmqtt/codec.wasm` or `wasmqtt/topics.wasm`: a `WebAssembly.Module`. */
export type CompiledModule = object;

type ModuleName = 'codec' | 'topics' | 'forward';

const modules: { [Name in ModuleName]?: CompiledModule } = {};

/** Uses a module compiled elsewhere, where compiling from bytes is forbidden (Workers on the edge, CSP). */
export function useModule(name: ModuleName, module: CompiledModule): void {
  modules[name] = module;
}

/**
 * The module, compiled on first use and synchronously: the code is far below the size that browsers allow on the main
 * thread. Throws what the platform throws where it has no WebAssembly or forbids compiling.
 */
export function compiled(name: ModuleName, base64: string): WebAssembly.Module {
  modules[name] ??= new WebAssembly.Module(decodeBase64(base64));
  return modules[name] as WebAssembly.Module;
}

function decodeBase64(text: string): Uint8Array<ArrayBuffer> {
  const binary = (globalThis as unknown as { atob(text: string): string }).atob(text);
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < bytes.length; i++) bytes[i] = binary.charCodeAt(i);
  return bytes;
}
