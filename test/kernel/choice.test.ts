import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Decoder } from '../../src/index.ts';
import { hasWebAssembly } from '../../src/kernel/wasm.ts';
import { hex } from '../vectors/hex.ts';

const wantsJs = process.env['WASMQTT_KERNEL'] === 'js';
const withoutCompiler = process.execArgv.includes('--jitless');

/** The package as it is when it is loaded anew: the kernel is chosen once for a process. */
async function loadAnew(): Promise<typeof import('../../src/index.ts')> {
  vi.resetModules();
  return import('../../src/index.ts');
}

/** What a decoder makes of two packets, to see that the kernel works and not only has a name. */
function decodeSome({ Decoder: LoadedDecoder }: typeof import('../../src/index.ts'), kernel?: 'wasm' | 'js') {
  const decoder = new LoadedDecoder(kernel === undefined ? {} : { kernel });
  // PUBLISH of payload hi to t, and a PUBACK
  decoder.push(hex('30 05 0001 74 6869 40 02 0102'));
  return { kernel: decoder.kernelName, packets: [...decoder].map(({ cmd }) => cmd) };
}

const DECODED = ['publish', 'puback'];

/** A WebAssembly that refuses to compile, as where only modules of the deployment are allowed. */
function withoutCompiling(): object {
  class Module {
    constructor() {
      throw new Error('Wasm code generation disallowed by embedder');
    }
  }
  return Object.create(WebAssembly, { Module: { value: Module } });
}

describe('the kernel in use', () => {
  it(`is ${withoutCompiler ? 'plain JavaScript: this engine has no WebAssembly' : 'one of two: this engine has WebAssembly'}`, () => {
    expect(hasWebAssembly()).toBe(!withoutCompiler);
  });

  it(`is ${wantsJs || withoutCompiler ? 'js' : 'wasm'} here, without a silent fallback`, () => {
    expect(new Decoder().kernelName).toBe(wantsJs || withoutCompiler ? 'js' : 'wasm');
    expect(new Decoder({ kernel: 'auto' }).kernelName).toBe(wantsJs || withoutCompiler ? 'js' : 'wasm');
  });

  it('is shared by all decoders', () => {
    const kernelsOf = (kernel?: 'js') => [1, 2, 3].map(() => Reflect.get(new Decoder({ kernel }), 'kernel'));
    expect(new Set(kernelsOf()).size).toBe(1);
    expect(new Set(kernelsOf('js')).size).toBe(1);
    // the same ids for the same topics, whoever asks
    const idOf = () => {
      const decoder = new Decoder();
      decoder.push(hex('30 06 0004 73616D65'));
      decoder.next();
      return [decoder.topicGeneration, decoder.topicId];
    };
    expect(idOf()).toEqual(idOf());
  });

  it('is none when the choice is none', () => {
    for (const kernel of ['rust', 'WASM', '', null]) {
      expect(() => new Decoder({ kernel: kernel as 'js' })).toThrow(
        `kernel must be auto, wasm or js, not ${kernel}`,
      );
    }
  });
});

describe('the choice', () => {
  beforeEach(() => {
    vi.stubEnv('WASMQTT_KERNEL', '');
  });

  afterEach(() => {
    vi.unstubAllEnvs();
    vi.unstubAllGlobals();
    vi.resetModules();
  });

  it('js runs everywhere', async () => {
    expect(decodeSome(await loadAnew(), 'js')).toEqual({ kernel: 'js', packets: DECODED });
  });

  it('auto follows WASMQTT_KERNEL', async () => {
    vi.stubEnv('WASMQTT_KERNEL', 'js');
    expect(decodeSome(await loadAnew())).toEqual({ kernel: 'js', packets: DECODED });
    vi.stubEnv('WASMQTT_KERNEL', 'auto');
    const kernel = hasWebAssembly() ? 'wasm' : 'js';
    expect(decodeSome(await loadAnew())).toEqual({ kernel, packets: DECODED });
  });

  it('in WASMQTT_KERNEL has to be one', async () => {
    vi.stubEnv('WASMQTT_KERNEL', 'native');
    const { Decoder: LoadedDecoder } = await loadAnew();
    expect(() => new LoadedDecoder()).toThrow('kernel must be auto, wasm or js, not native');
    // which does not matter to whoever chooses
    expect(new LoadedDecoder({ kernel: 'js' }).kernelName).toBe('js');
  });

  it('auto is js where there is no WebAssembly', async () => {
    vi.stubGlobal('WebAssembly', undefined);
    const loaded = await loadAnew();
    expect(decodeSome(loaded)).toEqual({ kernel: 'js', packets: DECODED });
    expect(decodeSome(loaded)).toEqual({ kernel: 'js', packets: DECODED });
  });

  it('auto works without a process and its environment, as in a browser', async () => {
    vi.stubGlobal('WebAssembly', undefined);
    const loaded = await loadAnew();
    vi.stubGlobal('process', undefined);
    const decoded = decodeSome(loaded);
    vi.unstubAllGlobals();
    expect(decoded).toEqual({ kernel: 'js', packets: DECODED });
  });

  it('wasm is an error that says what to do where there is no WebAssembly', async () => {
    vi.stubGlobal('WebAssembly', undefined);
    const { Decoder: LoadedDecoder } = await loadAnew();
    const create = () => new LoadedDecoder({ kernel: 'wasm' });
    expect(create).toThrow('the WebAssembly kernel does not run here; use kernel: "auto" or "js"');
    vi.stubEnv('WASMQTT_KERNEL', 'wasm');
    expect(() => new LoadedDecoder()).toThrow('the WebAssembly kernel does not run here');
  });

  describe.runIf(hasWebAssembly())('where there is WebAssembly', () => {
    it('auto and wasm are wasm', async () => {
      const loaded = await loadAnew();
      expect(decodeSome(loaded)).toEqual({ kernel: 'wasm', packets: DECODED });
      expect(decodeSome(loaded, 'wasm')).toEqual({ kernel: 'wasm', packets: DECODED });
      vi.stubEnv('WASMQTT_KERNEL', 'wasm');
      expect(decodeSome(await loadAnew())).toEqual({ kernel: 'wasm', packets: DECODED });
    });

    it('js and wasm may be used side by side, whatever WASMQTT_KERNEL says', async () => {
      vi.stubEnv('WASMQTT_KERNEL', 'js');
      const loaded = await loadAnew();
      expect(decodeSome(loaded, 'wasm')).toEqual({ kernel: 'wasm', packets: DECODED });
      expect(decodeSome(loaded, 'js')).toEqual({ kernel: 'js', packets: DECODED });
    });

    it('auto is js where compiling or the memory is refused', async () => {
      vi.stubGlobal('WebAssembly', withoutCompiling());
      expect(decodeSome(await loadAnew())).toEqual({ kernel: 'js', packets: DECODED });
      class Instance {
        constructor() {
          throw new RangeError('WebAssembly.Instance(): Out of memory: Cannot allocate Wasm memory');
        }
      }
      vi.stubGlobal('WebAssembly', Object.create(WebAssembly, { Instance: { value: Instance } }));
      expect(decodeSome(await loadAnew())).toEqual({ kernel: 'js', packets: DECODED });
    });

    it('wasm is an error with the cause where compiling is refused', async () => {
      vi.stubGlobal('WebAssembly', withoutCompiling());
      const { Decoder: LoadedDecoder } = await loadAnew();
      const create = () => new LoadedDecoder({ kernel: 'wasm' });
      expect(create).toThrow(
        expect.objectContaining({
          message: 'the WebAssembly kernel does not run here; use kernel: "auto" or "js"',
          cause: new Error('Wasm code generation disallowed by embedder'),
        }),
      );
    });

    it('init brings a module where compiling from bytes is refused', async () => {
      const bytes = readFileSync(new URL('../../build/codec.wasm', import.meta.url));
      const module = new WebAssembly.Module(bytes);
      vi.stubGlobal('WebAssembly', withoutCompiling());
      const loaded = await loadAnew();
      loaded.init(module);
      expect(decodeSome(loaded)).toEqual({ kernel: 'wasm', packets: DECODED });
    });

    it('init counts for later decoders even if an earlier one had to do without', async () => {
      const module = new WebAssembly.Module(readFileSync(new URL('../../build/codec.wasm', import.meta.url)));
      vi.stubGlobal('WebAssembly', withoutCompiling());
      const loaded = await loadAnew();
      const earlier = new loaded.Decoder();
      expect(earlier.kernelName).toBe('js');
      loaded.init(module);
      expect(decodeSome(loaded)).toEqual({ kernel: 'wasm', packets: DECODED });
      expect(earlier.kernelName).toBe('js');
      earlier.push(hex('C0 00'));
      expect([...earlier]).toMatchObject([{ cmd: 'pingreq' }]);
    });

    it('init counts for later decoders even if an earlier one has compiled its own', async () => {
      const loaded = await loadAnew();
      const earlier = new loaded.Decoder();
      loaded.init(new WebAssembly.Module(readFileSync(new URL('../../build/codec.wasm', import.meta.url))));
      const later = new loaded.Decoder();
      expect(Reflect.get(later, 'kernel')).not.toBe(Reflect.get(earlier, 'kernel'));
      for (const decoder of [earlier, later]) {
        decoder.push(hex('C0 00'));
        expect([...decoder]).toMatchObject([{ cmd: 'pingreq' }]);
      }
    });
  });
});
