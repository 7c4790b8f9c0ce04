/** Replaces the generated parts of Markdown pages: the text between `<!-- begin NAME -->` and `<!-- end NAME -->`. */
import { readFile } from 'node:fs/promises';
import { format, resolveConfig } from 'prettier';

/** Returns the page with the named parts replaced. Throws if the page has no part of that name. */
export async function withParts(page: URL, parts: Readonly<Record<string, string>>): Promise<string> {
  let text = await readFile(page, 'utf8');
  for (const [name, part] of Object.entries(parts)) {
    const marked = new RegExp(`(<!-- begin ${name} -->\\n)[\\s\\S]*?(<!-- end ${name} -->)`);
    if (!marked.test(text)) throw new Error(`${page.pathname} has no part ${name}`);
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
