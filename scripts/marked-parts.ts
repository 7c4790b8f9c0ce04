/** Generated parts of Markdown pages: what stands between `<!-- begin NAME -->` and `<!-- end NAME -->` is written by a script. */
import { readFile } from 'node:fs/promises';
import { format, resolveConfig } from 'prettier';

/** The text of a page with its parts written anew, by name. Throws where the page has no part of that name. */
export async function withParts(page: URL, parts: Readonly<Record<string, string>>): Promise<string> {
  let text = await readFile(page, 'utf8');
  for (const [name, part] of Object.entries(parts)) {
    const marked = new RegExp(`(<!-- begin ${name} -->\\n)[\\s\\S]*?(<!-- end ${name} -->)`);
    if (!marked.test(text)) throw new Error(`${page.pathname} has no part called ${name}`);
    text = text.replace(marked, (_all, begin: string, end: string) => `${begin}\n${part}\n\n${end}`);
  }
  return format(text, { ...(await resolveConfig(page)), parser: 'markdown' });
}

/** A table in Markdown. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}
