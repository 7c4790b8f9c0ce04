/** Masks secrets in everything that umconfig shows or writes, except the configuration file itself. */
import { knownSecrets, type KnownSecrets } from '../core/text/secrets.ts';
import type {
  AnswerCallback,
  Aws,
  Choice,
  Loopback,
  Ports,
  Prompter,
  Terminal,
  TextQuestion,
} from '../ports.ts';

interface Output {
  readonly write: (stream: 'stdout' | 'stderr', text: string, areCommands?: boolean) => boolean;
}

/** The output with every secret masked that is known at the time of writing. */
export function guardedOutput<O extends Output>(output: O, { mask }: KnownSecrets): O {
  return {
    ...output,
    write: (stream, text, areCommands) => output.write(stream, mask(text), areCommands),
  };
}

/** The ports with secrets masked in everything that leaves through them; secrets that come in are remembered. */
export function guardedPorts(ports: Omit<Ports, 'secrets'>, secrets: KnownSecrets): Ports {
  const { files, environment, http, clock, random, browser, tokens } = ports;
  secrets.keep(environment.clientSecret);
  return {
    ...{ environment, http, clock, random, browser, tokens },
    secrets,
    // Made only when somebody asks for it.
    get stop() {
      return ports.stop;
    },
    files: {
      ...files,
      writeReport: (path, text) => files.writeReport(path, secrets.mask(text)),
      append: (path, text, maxBytes) => files.append(path, secrets.mask(text), maxBytes),
    },
    aws: guardedAws(ports.aws, secrets),
    terminal: guardedTerminal(ports.terminal, secrets),
    prompter: guardedPrompter(ports.prompter, secrets),
    loopback: guardedLoopback(ports.loopback, secrets),
  };
}

function guardedAws(aws: Aws, { keep }: KnownSecrets): Aws {
  return {
    ...aws,
    cognito: async (options) => {
      const cognito = await aws.cognito(options);
      return {
        ...cognito,
        describeAppClient: async (poolId, clientId) => {
          const client = await cognito.describeAppClient(poolId, clientId);
          keep(client.secret);
          return client;
        },
      };
    },
  };
}

function guardedTerminal(terminal: Terminal, { mask }: KnownSecrets): Terminal {
  return {
    // Asked only when needed, as the terminal itself does it.
    get interactive() {
      return terminal.interactive;
    },
    get columns() {
      return terminal.columns;
    },
    readStdin: (maxBytes) => terminal.readStdin(maxBytes),
    readLine: (maxBytes, stop) => terminal.readLine(maxBytes, stop),
    note: (text) => {
      terminal.note(mask(text));
    },
    progress: (text) => {
      terminal.progress(text === undefined ? undefined : mask(text));
    },
  };
}

function guardedPrompter(prompter: Prompter, secrets: KnownSecrets): Prompter {
  const { keep, mask } = secrets;
  const masked = (question: Omit<TextQuestion, 'default'>): Omit<TextQuestion, 'default'> => {
    const { message, help, shown, validate } = question;
    return {
      message: mask(message),
      ...(help === undefined ? {} : { help: mask(help) }),
      ...(shown === undefined ? {} : { shown: (answer) => mask(shown(answer)) }),
      validate: (answer) => {
        const verdict = validate(answer);
        return verdict === true || mask(verdict);
      },
    };
  };
  const choices = <T>(all: readonly Choice<T>[]): readonly Choice<T>[] =>
    all.map(({ name, description, ...choice }) => ({
      ...choice,
      name: mask(name),
      ...(description === undefined ? {} : { description: mask(description) }),
    }));
  return {
    text: ({ default: given, stop, ...question }) =>
      // A default is shown unmasked, so it is left out if it contains a secret.
      prompter.text({
        ...masked(question),
        ...(stop === undefined ? {} : { stop }),
        ...(given === undefined || mask(given) !== given ? {} : { default: given }),
      }),
    secret: (question) => {
      const { validate } = question;
      const judge = (answer: string): true | string => {
        const verdict = validate(answer);
        if (verdict === true) {
          keep(answer);
          return true;
        }
        // What was refused may not be a secret at all, and is forgotten again.
        const typed = knownSecrets();
        typed.keep(answer);
        return typed.mask(verdict);
      };
      return prompter.secret(masked({ ...question, validate: judge }));
    },
    confirm: (message, byDefault) => prompter.confirm(mask(message), byDefault),
    select: (message, all) => prompter.select(mask(message), choices(all)),
    search: (message, all) => prompter.search(mask(message), choices(all)),
    withBack: () => guardedPrompter(prompter.withBack(), secrets),
  };
}

/** The pages that the browser is shown. */
function guardedLoopback(loopback: Loopback, { mask }: KnownSecrets): Loopback {
  return {
    listen: (port, answer) => {
      const masked: AnswerCallback = async (request) => {
        const page = await answer(request);
        return { ...page, html: mask(page.html) };
      };
      return loopback.listen(port, masked);
    },
  };
}
