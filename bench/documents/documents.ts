/** README and documents with the figures that the records have now. */
import { readFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import type { Definition } from '../html/data.ts';
import { missingDefinitions } from '../read-record.ts';
import { withBlocks } from './blocks.ts';
import { type Drawn, pictures, suiteOfPicture } from './pictures.ts';
import { type Passage, type Run, recordedRuns, type Source, sourcesText } from './runs.ts';
import { sizesText } from './sizes.ts';
import { suitesOf, tableText } from './table.ts';
import { TABLES } from './tables/index.ts';
import { lossTable, missedTable } from './verdicts.ts';

export const DOCUMENTS: readonly string[] = ['README.md', 'docs/benchmarks.md', 'docs/results.md'];

/** So many losses are shown. */
const MOST_LOSSES = 10;

export interface Generated {
  /** From the root of the repository. */
  readonly file: string;
  readonly text: string;
}

interface Material {
  readonly root: string;
  readonly runs: readonly Run[];
  readonly definitions: Readonly<Record<string, Definition>>;
  readonly drawn: ReadonlyMap<string, Drawn>;
}

/** The documents and their pictures as they should be. */
export async function generatedFiles(root: string): Promise<Generated[]> {
  const runs = recordedRuns(root);
  const definitions = await missingDefinitions(runs);
  const drawn = pictures(runs, definitions);
  const material = { root, runs, definitions, drawn };
  return [
    ...DOCUMENTS.map((file) => {
      const text = readFileSync(join(root, file), 'utf8');
      return { file, text: documentText(text, file, material) };
    }),
    ...[...drawn.values()].map(({ file, svg }) => ({ file, text: svg })),
  ];
}

function documentText(text: string, file: string, material: Material): string {
  const linkTo = (target: string): string => posix.relative(dirname(file), target);
  let sources: Source[] = [];
  return withBlocks(text, (name) => {
    if (name === 'sizes') return sizesText(material.root);
    if (name === 'sources') {
      const own = sources;
      sources = [];
      return own.length === 0 ? '<!-- No figures. -->' : sourcesText(own, linkTo);
    }
    const passage = passageNamed(name, material, linkTo);
    if (typeof passage === 'string') return passage;
    sources.push(...passage.sources);
    return passage.text;
  });
}

/** A block by its name, or what stands there while no record has its figures. */
function passageNamed(name: string, material: Material, linkTo: (file: string) => string): Passage | string {
  const { runs, definitions, drawn } = material;
  if (name === 'losses') return lossTable(runs, definitions, MOST_LOSSES) ?? 'None.';
  if (name === 'missed aims') return missedTable(runs) ?? 'None.';
  const [, pictureName] = /^picture (.+)$/.exec(name) ?? [];
  if (pictureName !== undefined && suiteOfPicture(pictureName) !== undefined) {
    const picture = drawn.get(pictureName);
    return picture === undefined ? missing([suiteOfPicture(pictureName)!]) : pictureText(picture, linkTo);
  }
  const table = TABLES[name];
  if (table === undefined) throw new Error(`there are no figures called "${name}"`);
  return tableText(table, runs) ?? missing(suitesOf(table));
}

function pictureText(
  { file, title, description, sources }: Drawn,
  linkTo: (file: string) => string,
): Passage {
  return { text: `![${title}](${linkTo(file)})\n\n${description}`, sources };
}

function missing(suites: readonly string[]): string {
  return `<!-- No record has these figures. What makes one: npm run bench -- ${suites.join(' ')} --record -->`;
}
