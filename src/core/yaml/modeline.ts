/** The comment by which editors find the JSON Schema of a YAML file: yaml-language-server reads it above the document. */
import { parseDocument, serialize } from './document.ts';
import type { ConfigDocument } from './types.ts';

/** Comments and empty lines from the start of the file, up to the address of the schema. */
const MODELINE = /^(?:[ \t]*(?:#.*)?\r?\n)*?(#[ \t]+yaml-language-server[ \t]*:.*?\$schema=)(\S+)/;

/** The address in the file's modeline, if it has one. */
export function schemaAddressIn({ text }: ConfigDocument): string | undefined {
  return MODELINE.exec(text)?.[2];
}

/** The document with that address in its modeline, which is added as the first line if missing. */
export function withSchemaAddress(document: ConfigDocument, address: string): ConfigDocument {
  const { text, eol } = document;
  const found = MODELINE.exec(text)?.[0];
  const known = schemaAddressIn(document) ?? '';
  const changed =
    found === undefined
      ? `# yaml-language-server: $schema=${address}${eol}${text}`
      : `${found.slice(0, found.length - known.length)}${address}${text.slice(found.length)}`;
  return changed === text ? document : parseDocument(serialize({ ...document, text: changed }));
}
