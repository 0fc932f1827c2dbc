/** How large the modules may become, from the budgets that `npm run size` checks. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export function sizesText(root: string): string {
  const budgets: Record<string, number> = JSON.parse(
    readFileSync(join(root, 'scripts/size-budgets.json'), 'utf8'),
  );
  const pair = (name: string): string =>
    [name, `${name}Gzipped`].map((key) => Math.round(budgets[key]! / 1024)).join(' and ');
  return `Everything imported is at most ${pair('everything')} KiB, minified and gzipped; \`Decoder\` alone ${pair('decoder')},
\`TopicIndex\` alone ${pair('topics')}, \`wasmqtt/forwarder\` ${pair('forwarder')} (\`npm run size\`).`;
}
