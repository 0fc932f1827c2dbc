/** Parts of Markdown documents that are generated. */

const OPENING = '<!-- figures: ';
const CLOSING = '<!-- /figures -->';
const BLOCK = /<!-- figures: ([\w -]+) -->\n([\s\S]*?)<!-- \/figures -->/g;

/** Replaces what is between `<!-- figures: NAME -->` and `<!-- /figures -->`. */
export function withBlocks(text: string, contentsOf: (name: string) => string): string {
  const blocks = [...text.matchAll(BLOCK)];
  const openings = text.split(OPENING).length - 1;
  const closings = text.split(CLOSING).length - 1;
  if (
    openings !== blocks.length ||
    closings !== blocks.length ||
    blocks.some(([, , old]) => old!.includes(OPENING))
  ) {
    throw new Error(`each ${OPENING}NAME --> needs a line of its own and a ${CLOSING} before the next one`);
  }
  return text.replace(BLOCK, (_, name: string) => `${OPENING}${name} -->\n${contentsOf(name)}\n${CLOSING}`);
}

/** What is left when the generated parts are cut out, line by line; those are left empty. */
export function writtenByHand(text: string): string[] {
  return text.replace(BLOCK, (block) => block.replaceAll(/[^\n]/g, '')).split('\n');
}
