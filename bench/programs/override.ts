/**
 * Loaded before a program, with `node --import`: whatever imports mqtt-packet gets this project's codec, as one line of
 * `overrides` in a package.json would have it.
 */
import module from 'node:module';
import { pathToFileURL } from 'node:url';
import { CODEC_FILE } from '../built.ts';

const target = { url: pathToFileURL(CODEC_FILE).href, shortCircuit: true };

interface Hooks {
  registerHooks?(hooks: {
    resolve(
      specifier: string,
      context: unknown,
      next: (specifier: string, context: unknown) => unknown,
    ): unknown;
  }): void;
}

interface Resolver {
  _resolveFilename(request: string, ...rest: unknown[]): string;
}

const { registerHooks } = module as Hooks;
if (registerHooks === undefined) {
  // Node 20: what is imported is found in a thread of its own, which gets its text, and what is required in this one
  const hook = `export async function resolve(specifier, context, next) {
    return specifier === 'mqtt-packet' ? ${JSON.stringify(target)} : next(specifier, context);
  }`;
  module.register(`data:text/javascript,${encodeURIComponent(hook)}`);
  const resolver = module as unknown as Resolver;
  const resolveFilename = resolver._resolveFilename;
  resolver._resolveFilename = function (request, ...rest) {
    return request === 'mqtt-packet' ? CODEC_FILE : resolveFilename.call(this, request, ...rest);
  };
} else {
  registerHooks({
    resolve: (specifier, context, next) => (specifier === 'mqtt-packet' ? target : next(specifier, context)),
  });
}
