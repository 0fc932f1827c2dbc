/**
 * Loaded before a program, with `node --import`: whatever imports mqtt-packet gets this project's codec, as one line of
 * `overrides` in a package.json would have it.
 */
import module from 'node:module';
import { pathToFileURL } from 'node:url';
import { CODEC_FILE } from '../built.ts';

interface Resolver {
  _resolveFilename(request: string, ...rest: unknown[]): string;
}

// For `require`. Node's hooks for both are missing in Node 20.
const resolver = module as unknown as Resolver;
const resolveFilename = resolver._resolveFilename;
resolver._resolveFilename = function (request, ...rest) {
  return request === 'mqtt-packet' ? CODEC_FILE : resolveFilename.call(this, request, ...rest);
};

// For `import`: hooks run in a thread of their own, which gets their text.
const hooks = `export async function resolve(specifier, context, next) {
  return specifier === 'mqtt-packet' ? { url: ${JSON.stringify(pathToFileURL(CODEC_FILE).href)}, shortCircuit: true } : next(specifier, context);
}`;
module.register(`data:text/javascript,${encodeURIComponent(hooks)}`);
