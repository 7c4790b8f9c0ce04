/**
 * Before `init` reads its file: which server it is for, if nothing shows that, and which file the server is started with. The default path
 * is the guide's; the servers' own instructions start them with another file.
 */
import { printable } from '../../core/text/display.ts';
import { LAYOUT_NAMES, LAYOUTS, recogniseLayout, type Layout } from '../../core/config/layouts.ts';
import { readSettings } from '../../core/config/settings.ts';
import { parseDocument } from '../../core/yaml/document.ts';
import { MAX_FILE_BYTES } from '../../core/rules/file/yaml.ts';
import { decode } from '../../core/rules/validate.ts';
import type { Ports } from '../../ports.ts';
import type { Input } from '../command.ts';
import { configPath } from '../shared/config-file.ts';
import { checkoutAround } from '../shared/surroundings.ts';

/** The options, completed by the answers. Rejects with Cancelled. */
export async function chooseServer(options: Input['options'], ports: Ports): Promise<Input['options']> {
  const { files } = ports;
  const path = await configPath(options, files);
  const existing = await read(path, ports);
  const shown = existing?.layout ?? (await checkoutAround(path, undefined, files))?.layout;
  const given = options.layout as Layout | undefined;
  const layout = given ?? shown ?? (options.from === undefined ? await askServer(ports) : undefined);
  const chosen = shown === undefined && layout !== undefined ? { ...options, layout } : options;
  // A file that is filled in already is the one to change.
  const isKnown = options.config !== undefined || existing?.isFilledIn === true;
  if (isKnown || layout === undefined) return chosen;
  const config = await askPlace(path, layout, ports);
  return config === path ? chosen : { ...chosen, config };
}

interface Existing {
  readonly layout: Layout;
  readonly isFilledIn: boolean;
}

/** What an existing file shows; undefined if there is none, or none with keys. */
async function read(path: string, { files }: Ports): Promise<Existing | undefined> {
  const found = await files.readIfThere(path, MAX_FILE_BYTES);
  const decoded = found === undefined ? undefined : decode(found.bytes);
  const document = decoded !== undefined && 'text' in decoded ? parseDocument(decoded.text) : undefined;
  if (document === undefined || document.entries.length === 0) return undefined;
  const layout = recogniseLayout(document);
  const { userPoolID = '' } = readSettings(document, layout);
  return { layout, isFilledIn: userPoolID !== '' };
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

/** How to recognize each server. */
const WHICH: Readonly<Record<Layout, string>> = {
  flat: 'Its checkout has server/http, and it is started as ./bin/scalabel.',
  nested:
    'Its checkout has app/src/server, and it is started with npm run serve or as node app/dist/main.js.',
};

/** Asks which file the server is started with, if its own instructions use another one than the guide and its directory exists. */
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
