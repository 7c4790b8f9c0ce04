/** Runs the whole program in this process and records all output, prompts included, byte by byte. */
import { PassThrough } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import { nodePrompter } from '../../src/adapters/prompter.ts';
import { nodeTerminal } from '../../src/adapters/terminal.ts';
import { run } from './run.ts';
import type { Ports, Prompter } from '../../src/ports.ts';
import { withoutCommands } from '../../src/core/text/display.ts';
import { fakePorts, type FakePorts } from './fake-ports.ts';

export interface Shown {
  readonly exitCode: number;
  readonly stdout: string;
  /** All of stderr: prompts, notes and errors in order. */
  readonly stderr: string;
  /** Both streams as in a log of GitHub Actions. */
  readonly log: string;
}

export interface Stage {
  /** Ports that the stage does not provide: files, AWS, network … */
  readonly ports?: Partial<FakePorts>;
  /** Answers prompts: accepts the default, and otherwise tries ANSWERS one after another. */
  readonly attended?: boolean;
  readonly colorLevel?: 0 | 1;
}

/** Runs a command line to its end. */
export async function onStage(argv: readonly string[], { ports = {}, ...stage }: Stage = {}): Promise<Shown> {
  const texts = { stdout: '', stderr: '' };
  let log = '';
  const write = (stream: 'stdout' | 'stderr', text: string, areCommands = false): boolean => {
    texts[stream] += text;
    log += areCommands ? text : withoutCommands(text);
    return true;
  };
  const { attended = false, colorLevel = 0 } = stage;
  const terminal = { ...nodeTerminal({ quiet: argv.includes('--quiet'), write }), interactive: attended };
  const prompter = attendedPrompter(colorLevel, (text) => {
    texts.stderr += text;
  });
  const all: Ports = { ...fakePorts(ports), terminal, prompter, ...ports };
  const exitCode = await run(argv, {
    version: '0.0.0',
    output: { colorLevel: () => colorLevel, write },
    ports: () => all,
  });
  return { exitCode, ...texts, log };
}

const CTRL_U = '\u0015';
const CTRL_C = '\u0003';

/** Every prompt accepts one of these. */
const ANSWERS: readonly string[] = [
  'us-west-2_Pool12345',
  '1clientaaaaaaaaaaaaaaaaaaa',
  'notarealsecret0123456789abcdefghijklmnopqrstuvwxyz00',
  'http://localhost:8686/auth',
  'http://localhost:8686/',
  'demo',
  'us-west-2',
];

/** Turns of the event loop. */
const MOST_TURNS = 1000;

const KEYS: readonly string[] = ['\r', ...ANSWERS.map((answer) => `${CTRL_U}${answer}\r`), CTRL_C];

/** The real prompts on recorded streams, answered until the program ends. */
export function attendedPrompter(colorLevel: 0 | 1, onShown: (text: string) => void): Prompter {
  const [input, output] = [new PassThrough(), new PassThrough()];
  let shown = 0;
  output.on('data', (chunk: Buffer) => {
    shown += 1;
    onShown(chunk.toString());
  });
  /** Waits until output appears and then stops for some turns; gives up on a key that changes nothing. */
  const drawn = async (since: number, isOver: () => boolean): Promise<void> => {
    let last = since;
    for (let turn = 0, quiet = 0; quiet < 8 && turn < MOST_TURNS && !isOver(); turn += 1) {
      await setImmediate();
      quiet = shown === last && shown !== since ? quiet + 1 : 0;
      last = shown;
    }
  };
  const real = nodePrompter({
    signal: () => new AbortController().signal,
    colorLevel,
    streams: { input, output },
  });
  const answered = async <T>(ask: () => Promise<T>): Promise<T> => {
    let since = shown;
    const state = { isOver: false };
    const over = (): void => {
      state.isOver = true;
    };
    const question = ask();
    question.then(over, over);
    for (const key of KEYS) {
      await drawn(since, () => state.isOver);
      if (state.isOver) break;
      since = shown;
      input.write(key);
    }
    return question;
  };
  return {
    text: (question) => answered(() => real.text(question)),
    secret: (question) => answered(() => real.secret(question)),
    confirm: (message, byDefault) => answered(() => real.confirm(message, byDefault)),
    select: (message, choices) => answered(() => real.select(message, choices)),
    search: (message, choices) => answered(() => real.search(message, choices)),
    // Answers so that the program reaches its end.
    withBack() {
      return this;
    },
  };
}
