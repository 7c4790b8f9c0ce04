/**
 * Before anything is read: which server the file is for, where nothing shows it, and which file the server is started with. The default
 * place is the guide's; the servers' own instructions start them with a file elsewhere.
 */
import { printable } from '../../core/text/display.ts';
import { LAYOUT_NAMES, LAYOUTS, recogniseLayout, type Layout } from '../../core/config/layouts.ts';
import { parseDocument } from '../../core/yaml/document.ts';
import { MAX_FILE_BYTES } from '../../core/rules/file/yaml.ts';
import { decode } from '../../core/rules/validate.ts';
import type { Ports } from '../../ports.ts';
import type { Input } from '../command.ts';
import { configPath } from '../shared/config-file.ts';
import { checkoutAround } from '../shared/surroundings.ts';

/** The options with what was asked. Rejects with Cancelled. */
export async function chooseServer(options: Input['options'], ports: Ports): Promise<Input['options']> {
  const { files } = ports;
  const path = await configPath(options, files);
  const shown = (await layoutOf(path, ports)) ?? (await checkoutAround(path, undefined, files))?.layout;
  const given = options.layout as Layout | undefined;
  const layout = given ?? shown ?? (options.from === undefined ? await askServer(ports) : undefined);
  const chosen = shown === undefined && layout !== undefined ? { ...options, layout } : options;
  if (options.config !== undefined || layout === undefined) return chosen;
  const config = await askPlace(path, layout, ports);
  return config === path ? chosen : { ...chosen, config };
}

/** The layout of a file; undefined where there is none, or none that says it. */
async function layoutOf(path: string, { files }: Ports): Promise<Layout | undefined> {
  const found = await files.readIfThere(path, MAX_FILE_BYTES);
  const decoded = found === undefined ? undefined : decode(found.bytes);
  const document = decoded !== undefined && 'text' in decoded ? parseDocument(decoded.text) : undefined;
  return document === undefined || document.entries.length === 0 ? undefined : recogniseLayout(document);
}

function askServer({ prompter }: Ports): Promise<Layout> {
  return prompter.select<Layout>(
    'Which server is it for?',
    LAYOUT_NAMES.map((layout) => {
      const { server, era } = LAYOUTS[layout];
      return {
        name: `${server.replace(/^the /, '')} (${era})`,
        value: layout,
        description: WHICH[layout],
      };
    }),
  );
}

/** How to tell, for somebody who has not built it. */
const WHICH: Readonly<Record<Layout, string>> = {
  flat: 'Its checkout has server/http, and it is started as ./bin/scalabel.',
  nested:
    'Its checkout has app/src/server, and it is started with npm run serve or as node app/dist/main.js.',
};

/** The file that the server is started with, where its own instructions use another one than the guide, and that one is near. */
async function askPlace(path: string, layout: Layout, { files, prompter }: Ports): Promise<string> {
  const { usualFile, mounted } = LAYOUTS[layout];
  if (path === usualFile) return path;
  const isThere = (await files.readIfThere(usualFile, 0)) !== undefined;
  if (!isThere && !(await files.isDirectory(mounted))) return path;
  return prompter.select('Which file do you start the server with?', [
    {
      name: `${usualFile}${isThere ? '' : ' (new)'}`,
      value: usualFile,
      description: "The server's own instructions use it, and Docker sees no other.",
    },
    { name: printable(path), value: path, description: 'The guide to sign-in uses it.' },
  ]);
}
