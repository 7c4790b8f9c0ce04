/**
 * How each server is started with a configuration file, as its own instructions have it. Source: the README of each period in the
 * server's public repository (commits 92b7cc80, dc55fffe and today's).
 */
import { shellWord } from '../text/display.ts';
import { LAYOUTS, type Layout } from './layouts.ts';

export interface Launch {
  readonly layout: Layout;
  /** From the top of the checkout. */
  readonly file: string;
  readonly port: string;
  readonly isFirstNode: boolean;
}

/** Memory for Node, in MB; for large projects the server needs more than Node takes by itself. */
const MEMORY = '--max-old-space-size=8192';

const nodeProgram = ({ isFirstNode }: Launch): string =>
  isFirstNode ? 'app/dist/js/main.js' : 'app/dist/main.js';

/** The command without a container, to be run at the top of the checkout. */
export function launchCommand(launch: Launch): string {
  const file = shellWord(launch.file);
  return launch.layout === 'flat'
    ? `./bin/scalabel --config ${file}`
    : `node ${MEMORY} ${nodeProgram(launch)} --config ${file}`;
}

/** The command with the published image; undefined where the file is not in the one directory that the container sees. */
export function dockerCommand(launch: Launch): string | undefined {
  const { layout, file, port } = launch;
  const { mounted } = LAYOUTS[layout];
  const inside = file.replace(/^\.\//, '');
  if (!inside.startsWith(`${mounted}/`) || inside.split('/').includes('..')) return undefined;
  const config = `--config ${shellWord(`/opt/scalabel/${inside}`)}`;
  const program =
    layout === 'flat'
      ? `/opt/scalabel/bin/scalabel ${config}`
      : `node ${nodeProgram(launch)} ${config} ${MEMORY}`;
  const ports = layout === 'flat' ? `-p ${port}:${port}` : `-p ${port}:${port} -p 6379:6379`;
  return `docker run -it -v "$PWD/${mounted}:/opt/scalabel/${mounted}" ${ports} scalabel/www ${program}`;
}
