/** Topic filters with their options byte, as `sendSubscribe` takes them: `filters('a/b 01', '# 02')`. */
export function filters(...texts: string[]): [filter: string, options: string][] {
  return texts.map((line) => {
    const space = line.lastIndexOf(' ');
    return [line.slice(0, space), line.slice(space + 1)];
  });
}
