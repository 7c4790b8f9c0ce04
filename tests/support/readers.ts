/** Reads a text as a terminal, an HTML parser, an XML parser or a Markdown renderer does. */
import { micromark } from 'micromark';
import { gfm, gfmHtml } from 'micromark-extension-gfm';
import { parse, type DefaultTreeAdapterTypes } from 'parse5';
import { SaxesParser } from 'saxes';

/** The colours that chalk writes, and no other escape sequence. */
const COLOURS = /\x1b\[(?:[0-9]|2[1-9]|3[0-79]|4[0-79]|9[0-7]|10[0-7])m/g;

/** The sequences that inquirer draws with: cursor up, down and to a column, erase line, hide and show cursor. */
const DRAWING = /\x1b\[\d*[ABG]|\x1b\[\?25[lh]|\x1b\[2K/g;

/** Control and invisible characters. An emoji may be followed by a variation selector. */
const TRICK =
  /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]|(?!(?<=\p{Extended_Pictographic})[\ufe0e\ufe0f])\p{Default_Ignorable_Code_Point}/u;

/** A text without colours and without prompt drawing. */
export const undrawn = (text: string): string => text.replace(DRAWING, '').replace(COLOURS, '');

/** The first dangerous character in a text, as `U+202E at "…"`; undefined if there is none. */
export function trickIn(text: string, { isDrawn = false } = {}): string | undefined {
  const plain = (isDrawn ? undrawn(text) : text.replace(COLOURS, '')).replaceAll('\n', ' ');
  const found = TRICK.exec(plain);
  if (found === null) return undefined;
  const code = (found[0].codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
  return `U+${code} at ${JSON.stringify(plain.slice(Math.max(0, found.index - 30), found.index + 10))}`;
}

/** The elements of a page with their attributes, in order, without text. */
export function htmlSkeleton(html: string): readonly string[] {
  const walk = (node: DefaultTreeAdapterTypes.Node): readonly string[] => {
    const inner = 'childNodes' in node ? node.childNodes.flatMap(walk) : [];
    if (node.nodeName === '#text' || node.nodeName === '#document') return inner;
    const attributes =
      'attrs' in node ? node.attrs.map(({ name, value }) => ` ${name}=${value}`).join('') : '';
    return [`${node.nodeName}${attributes}`, ...inner];
  };
  return walk(parse(html));
}

/** The elements of a document with the names of their attributes, in order. Throws if it is not well-formed. */
export function xmlSkeleton(xml: string): readonly string[] {
  const parser = new SaxesParser();
  const found: string[] = [];
  parser.on('error', (error) => {
    throw error;
  });
  parser.on('opentag', ({ name, attributes }) => found.push([name, ...Object.keys(attributes)].join(' ')));
  for (const other of ['comment', 'cdata', 'processinginstruction'] as const) {
    parser.on(other, () => found.push(other));
  }
  parser.on('doctype', () => found.push('doctype'));
  parser.write(xml).close();
  return found;
}

/** The elements of Markdown as GitHub renders it, embedded HTML included. */
export function markdownSkeleton(markdown: string): readonly string[] {
  const html = micromark(markdown, {
    extensions: [gfm()],
    htmlExtensions: [gfmHtml()],
    allowDangerousHtml: true,
    allowDangerousProtocol: true,
  });
  return htmlSkeleton(html).filter((element) => !/^(?:html|head|body)$/.test(element));
}
