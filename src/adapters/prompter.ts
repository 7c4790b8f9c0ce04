/**
 * Questions on the terminal, asked with inquirer, which is loaded with the first question.
 * What inquirer leaves to its callers is done here: end of input, signals, control characters, colours, narrow terminals.
 */
import { Chalk, type ChalkInstance } from 'chalk';
import { printable } from '../core/text/display.ts';
import type { Choice, Prompter, TextQuestion } from '../ports.ts';
import { Cancelled, WentBack } from '../core/failures.ts';
import { wrap } from '../core/text/wrap.ts';
import { isBack, plainPrompter, type Ask, type PromptContext } from './plain-prompter.ts';
import { isPlainTerminal, terminalSize, visibleStream } from './terminal.ts';

const loadPrompts = (): Promise<typeof import('./prompts.ts')> => import('./prompts.ts');

interface Options {
  /** Aborted when the process is told to stop; its reason is a Cancelled. */
  readonly signal: () => AbortSignal;
  readonly colorLevel: 0 | 1 | 2 | 3;
  /** What is typed on and shown on, instead of stdin and stderr. */
  readonly streams?: Streams;
  /** Line by line instead of redrawing, instead of what the environment asks for. */
  readonly isPlain?: boolean;
}

type Streams = Omit<PromptContext, 'signal'>;

/** What inquirer takes beside the question. */
interface Context extends PromptContext {
  /** Removes the question from the screen when it is over. */
  clearPromptOnDone?: boolean;
}

/** The `Prompter` port on stdin and stderr. */
export function nodePrompter({ signal, colorLevel, streams, isPlain }: Options): Prompter {
  const asking =
    (canGoBack: boolean): Ask =>
    (open, stop) =>
      openPrompt(
        open,
        { signal: signal(), stop, canGoBack },
        streams ?? { input: process.stdin, output: visibleStream() },
      );
  if (isPlain ?? isPlainTerminal()) return plainPrompter(asking(false));
  // Only those who are asked something need them.
  let made: ChalkInstance | undefined;
  const paint = (): ChalkInstance => (made ??= new Chalk({ level: colorLevel }));
  return drawnPrompter(paint, asking, false);
}

/** Questions drawn by inquirer. */
function drawnPrompter(
  paint: () => ChalkInstance,
  asking: (canGoBack: boolean) => Ask,
  canGoBack: boolean,
): Prompter {
  const ask = asking(canGoBack);
  const accepted = (question: Question, answer: string): true | string =>
    canGoBack && isBack(answer) ? true : judged(question, answer);
  const orBack = (answer: string): string => {
    if (canGoBack && isBack(answer)) throw new WentBack();
    return answer;
  };
  const tips = (choices: readonly ListItem<unknown>[], count: () => string): (() => readonly string[]) => {
    const lines = choices.reduce((sum, { name }) => sum + name.split('\n').length, 0);
    return () => [
      `${count()}${lines > pageSize() ? ', more below' : ''}`,
      ...(canGoBack ? ['esc back'] : []),
    ];
  };
  return {
    text: async (question) => {
      const { input } = await loadPrompts();
      const { message, default: given = '', shown = (answer: string) => answer } = question;
      const original = (answer: string): string => (answer === printable(given) ? given : answer);
      const theme = themeFor(paint(), message, { help: question.help });
      const answer = await ask(
        (context) =>
          input(
            {
              message: printable(message),
              default: printable(given),
              validate: (typed) => accepted(question, original(typed)),
              transformer: (typed, { isFinal }) =>
                isFinal ? theme.style.answer(printable(shown(original(typed)))) : typed,
              theme,
            },
            context,
          ),
        question.stop,
      );
      return original(orBack(answer));
    },
    secret: async (question) => {
      const { password } = await loadPrompts();
      const { message, help } = question;
      const theme = themeFor(paint(), message, { help });
      const answer = (text: string): string => theme.style.answer(text === '' ? '(unchanged)' : '••••');
      const typed = await ask((context) =>
        password(
          {
            message: printable(message),
            mask: '•',
            // Otherwise Ctrl-T shows what was typed.
            toggleMask: false,
            validate: (text) => accepted(question, text),
            theme: { ...theme, style: { ...theme.style, answer } },
          },
          context,
        ),
      );
      return orBack(typed);
    },
    confirm: async (message, byDefault) => {
      const { confirm } = await loadPrompts();
      const theme = themeFor(paint(), message);
      return ask((context) => confirm({ message: printable(message), default: byDefault, theme }, context));
    },
    select: async (message, choices) => {
      const { select } = await loadPrompts();
      const items = choices.map(listItem);
      const theme = themeFor(paint(), message, { tips: tips(items, () => choicesOf(items.length)) });
      const config = { message: printable(message), choices: items, pageSize: pageSize() };
      return ask((context) => select({ ...config, loop: false, theme }, context));
    },
    search: async (message, choices) => {
      const { search } = await loadPrompts();
      const items = choices.map(listItem);
      let found = items;
      const source = (term = ''): typeof items =>
        (found = items.filter(({ short }) => short.toLowerCase().includes(term.trim().toLowerCase())));
      const count = (): string =>
        found.length < items.length ? `${found.length} of ${items.length}` : choicesOf(items.length);
      const theme = themeFor(paint(), message, { tips: () => ['type to search', ...tips(found, count)()] });
      const config = { message: printable(message), source, pageSize: pageSize() };
      return ask((context) => search({ ...config, theme }, context));
    },
    withBack: () => drawnPrompter(paint, asking, true),
  };
}

const choicesOf = (count: number): string => (count === 1 ? '1 choice' : `${count} choices`);

/** Lines of a list; the rest of the screen is for the question, a description and the keys. */
const pageSize = (): number => Math.max(4, terminalSize().rows - 6);

/** What closes a prompt: the program is told to stop, or the one who asks waits no longer. */
interface Ends {
  readonly signal: AbortSignal;
  readonly stop: Promise<never> | undefined;
  /** Escape closes it, too. */
  readonly canGoBack: boolean;
}

/** Opens one prompt. Rejects as `stop` does, and with Cancelled when it is closed without an answer in any other way. */
async function openPrompt<T>(
  open: (context: Context) => Promise<T>,
  { signal, stop: wait, canGoBack }: Ends,
  streams: Streams,
): Promise<T> {
  const { input } = streams;
  const controller = new AbortController();
  const context: Context = { ...streams, signal: controller.signal };
  const stop = (): void => {
    controller.abort(signal.reason);
  };
  // Ctrl-D ends readline, and the prompt is not told: then there is nothing left to wait for.
  const endOfInput = (): void => {
    controller.abort(new Cancelled('SIGHUP'));
  };
  // After Ctrl-Z and `fg` readline waits for somebody to resume it.
  const resume = (): void => {
    setImmediate(() => input.resume());
  };
  const goBack = (_text: unknown, key: { readonly name?: string } | undefined): void => {
    if (key?.name !== 'escape') return;
    context.clearPromptOnDone = true;
    controller.abort(new WentBack());
  };
  wait?.catch((reason: unknown) => {
    controller.abort(reason);
  });
  if (signal.aborted) stop();
  signal.addEventListener('abort', stop);
  process.on('beforeExit', endOfInput);
  process.on('SIGCONT', resume);
  if (canGoBack) input.on('keypress', goBack);
  try {
    const errorListeners = input.listeners('error');
    const answer = open(context);
    treatErrorsAsHangUp(input, errorListeners);
    return await answer;
  } catch (error) {
    throw cancellation(error);
  } finally {
    signal.removeEventListener('abort', stop);
    process.off('beforeExit', endOfInput);
    process.off('SIGCONT', resume);
    input.off('keypress', goBack);
  }
}

/** The terminal is gone; its signal may come late or, without job control, not at all. */
function hangUp(): void {
  process.emit('SIGHUP', 'SIGHUP');
}

/** Readline would throw the EIO of a closed terminal where nobody can catch it. It may come when the prompt is over. */
function treatErrorsAsHangUp(input: NodeJS.ReadableStream, known: readonly unknown[]): void {
  for (const listener of input.listeners('error')) {
    if (!known.includes(listener)) input.off('error', listener as () => void);
  }
  if (!known.includes(hangUp)) input.on('error', hangUp).on('end', hangUp);
}

function cancellation(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  if (error.name === 'AbortPromptError' && error.cause instanceof Error) return error.cause;
  return error.name === 'ExitPromptError' ? new Cancelled('SIGINT') : error;
}

type Question = Pick<TextQuestion, 'message' | 'help' | 'validate'>;

function judged({ validate }: Question, answer: string): true | string {
  const verdict = validate(answer);
  return verdict === true ? true : printable(verdict);
}

/** The title with its help in lines of its own while it is asked, the title alone once it is answered. */
function heading(
  help: string | undefined,
  paint: ChalkInstance,
): (message: string, status: string) => string {
  return (message, status) => {
    const { columns } = terminalSize();
    const title = wrap(message, columns - 2, '', '  ').map((line) => paint.bold(line));
    if (status === 'done' || help === undefined) return title.join('\n');
    const lines = help.split('\n').flatMap((line) => wrap(printable(line), columns, '  '));
    return [...title, ...lines.map((line) => paint.dim(line)), paint.blue('  ›')].join('\n');
  };
}

interface ListItem<T> {
  readonly value: T;
  readonly name: string;
  readonly short: string;
  readonly description?: string;
}

function listItem<T>({ name, value, description }: Choice<T>): ListItem<T> {
  const { columns } = terminalSize();
  const short = printable(name);
  const item = { value, short, name: wrap(short, columns - 2, '', '    ').join('\n') };
  if (description === undefined) return item;
  return { ...item, description: wrap(printable(description), columns, '').join('\n') };
}

/**
 * Everything that inquirer paints, since its own colours do not know of NO_COLOR and --color, broken at spaces,
 * since inquirer breaks lines anywhere.
 */
function themeFor(
  paint: ChalkInstance,
  message: string,
  {
    help,
    tips = () => [],
  }: { readonly help?: string | undefined; readonly tips?: () => readonly string[] } = {},
) {
  const { columns } = terminalSize();
  const answer = (text: string): string => {
    if (message.length + text.length + 3 < columns) return paint.cyan(text);
    return `\n${wrap(text, columns, '  ')
      .map((line) => paint.cyan(line))
      .join('\n')}`;
  };
  return {
    prefix: { idle: paint.blue('?'), done: paint.green('✔') },
    spinner: { interval: 80, frames: [paint.yellow('…')] },
    icon: { cursor: '❯' },
    style: {
      answer,
      message: heading(help, paint),
      error: (text: string) =>
        wrap(text, columns, '  ')
          .map((line) => paint.red(line))
          .join('\n'),
      defaultAnswer: (text: string) => paint.dim(`(${text})`),
      help: (text: string) => paint.dim(text),
      highlight: (text: string) => paint.cyan(text),
      key: (text: string) => paint.cyan.bold(`<${text}>`),
      disabled: (text: string) => paint.dim(text),
      description: (text: string) => paint.dim(text),
      searchTerm: (text: string) => paint.cyan(text),
      confirmDefault: (text: string) => text.toUpperCase(),
      keysHelpTip: (keys: [key: string, action: string][]) =>
        wrap([...keys.map((pair) => pair.join(' ')), ...tips()].join(' • '), columns, '')
          .map((line) => paint.dim(line))
          .join('\n'),
    },
  };
}
