/** One row of normative.csv. */
export interface Statement {
  id: string;
  version: string;
  layer: string;
  statement: string;
}

/** The rows of the table in `csv`: comma separated, quoted where a field has a comma, quotes doubled. */
export function parseStatements(csv: string): Statement[] {
  const [, ...lines] = csv.trim().split('\n');
  return lines.map((line) => {
    const fields = [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(
      ([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain,
    );
    const [id, version, layer, statement] = fields;
    return { id, version, layer, statement };
  });
}
