/** `npm run bench -- ...`; `wasmqtt bench ...` is the same. */
import { bench } from './command/command.ts';

process.exitCode = await bench(process.argv.slice(2), 'npm run bench --');
