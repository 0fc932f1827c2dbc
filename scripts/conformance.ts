// Writes docs/conformance.md from the table of normative statements and the cases that cover them.
import { readFileSync, writeFileSync } from 'node:fs';
import { conformanceDocument } from '../test/conformance/document.ts';
import { parseStatements } from '../test/conformance/statements.ts';

const csv = readFileSync('test/conformance/normative.csv', 'utf8');
writeFileSync('docs/conformance.md', conformanceDocument(parseStatements(csv)));
