import { copyFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { build, type Plugin } from 'esbuild';
import { defineConfig, type Options } from 'tsup';

// Both configurations write to dist/, so neither may clean it while the other is at work.
rmSync('dist', { recursive: true, force: true });

const library = {
  index: 'src/index.ts',
  topics: 'src/topics/index.ts',
  forwarder: 'src/forward/index.ts',
  broker: 'src/broker/index.ts',
};
/** What has a class as its default export only: in CommonJS that is the module. */
const classes = { 'qlobber-sub': 'src/qlobber/aedes.ts' };
const entries = { ...library, ...classes };

/** Part of what is published, with their licences. */
const bundled = ['commander', 'valibot'];
/** Not part of it: loaded where they are used, if they are installed. */
const optional = ['pino', 'prom-client', 'ws'];

/** What is imported of Node stays an import, and what commander, as CommonJS, requires of it becomes one. */
const modulesOfNode: Plugin = {
  name: 'modules-of-node',
  setup(b) {
    b.onResolve({ filter: /^node:/ }, ({ path, kind }) =>
      kind === 'require-call' ? { path, namespace: 'required' } : { path, external: true },
    );
    b.onLoad({ filter: /.*/, namespace: 'required' }, ({ path }) => ({
      contents: `import required from '${path}'; module.exports = required;`,
    }));
  },
};

function writeLicences(): void {
  const texts = bundled.map((name) => {
    const file = name === 'valibot' ? 'LICENSE.md' : 'LICENSE';
    return `${name}\n\n${readFileSync(`node_modules/${name}/${file}`, 'utf8').trim()}\n`;
  });
  writeFileSync('dist/THIRD-PARTY-LICENSES', texts.join('\n----\n\n'));
}

const common: Options = {
  outDir: 'dist',
  target: 'node20',
  // One neutral build for all entries, so that they share chunks (and with them the codec's state).
  platform: 'neutral',
  external: optional,
  noExternal: bundled,
  esbuildPlugins: [modulesOfNode],
  // tsup would rewrite node:net to net, which Deno and workerd do not resolve.
  removeNodeProtocol: false,
  splitting: true,
  clean: false,
  minify: false,
  sourcemap: false,
};

/**
 * Writes the .cjs files from the finished ESM files, one to one. tsup can split CommonJS too, but by way of a
 * transform that rewrites class fields and optional chaining into slower code.
 */
async function writeCommonJs(): Promise<void> {
  const files = new Set(Object.keys(entries).map((name) => `./${name}.js`));
  // The set grows while it is walked: onResolve adds the chunks that a file imports.
  for (const file of files) {
    const isClass = Object.keys(classes).some((name) => file === `./${name}.js`);
    await build({
      entryPoints: [`dist/${file}`],
      outfile: `dist/${file.replace(/js$/, 'cjs')}`,
      bundle: true,
      format: 'cjs',
      platform: 'node',
      target: 'node20',
      logLevel: 'warning',
      external: optional,
      footer: isClass ? { js: 'module.exports = module.exports.default;' } : {},
      plugins: [
        {
          name: 'chunks',
          setup(b) {
            b.onResolve({ filter: /^\.\// }, ({ path, kind }) => {
              if (kind === 'entry-point') return undefined;
              files.add(path);
              return { path: path.replace(/js$/, 'cjs'), external: true };
            });
          },
        },
      ],
    });
  }
}

export default defineConfig([
  {
    ...common,
    format: 'esm',
    entry: entries,
    dts: { entry: entries },
    onSuccess: async () => {
      for (const module of ['codec.wasm', 'topics.wasm', 'forward.wasm'])
        copyFileSync(`build/${module}`, `dist/${module}`);
      writeLicences();
      await writeCommonJs();
    },
  },
  // The command has all it needs in one file: sharing chunks with it would cut those of the library to fit the command.
  { ...common, format: 'esm', splitting: false, entry: { cli: 'src/cli/main.ts' } },
  { ...common, format: 'cjs', entry: library, dts: { only: true, entry: library } },
  { ...common, format: 'cjs', entry: classes, dts: { only: true, entry: classes }, cjsInterop: true },
]);
