/** HTML that is escaped unless it says that it is HTML. */

/** A piece of HTML. */
export class Markup {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  toString(): string {
    return this.text;
  }
}

export type Content = Markup | string | number | undefined | readonly Content[];

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

export function escaped(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => ENTITIES[character]!);
}

/** A template of HTML, of which all that is put in is escaped, but for other markup. Lists are joined. */
export function html(parts: TemplateStringsArray, ...contents: readonly Content[]): Markup {
  return new Markup(parts.reduce((text, part, i) => text + textOf(contents[i - 1]) + part));
}

function textOf(content: Content): string {
  if (content === undefined) return '';
  if (content instanceof Markup) return content.text;
  return typeof content === 'object' ? content.map(textOf).join('') : escaped(String(content));
}

/** A table whose first column names the rows. It scrolls sideways where it is wider than the page. */
export function table(
  caption: Content,
  head: readonly Content[],
  rows: ReadonlyArray<readonly Content[]>,
  name: string,
): Markup {
  const line = ([first, ...rest]: readonly Content[]): Markup =>
    html`<tr><th scope="row">${first}</th>${rest.map((content) => html`<td>${content}</td>`)}</tr>\n`;
  return scrolling(
    name,
    html`<table><caption>${caption}</caption>
<thead><tr>${head.map((title) => html`<th scope="col">${title}</th>`)}</tr></thead>
<tbody>${rows.map(line)}</tbody></table>`,
  );
}

/** The tabindex lets the keyboard scroll it. */
export function scrolling(name: string, content: Markup): Markup {
  return html`<div class="scroll" role="region" aria-label="${name}" tabindex="0">${content}</div>\n`;
}
