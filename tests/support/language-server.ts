/** Runs yaml-language-server as an editor does: a separate process, with the protocol over its standard streams. */
import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import {
  CompletionRequest,
  ConfigurationRequest,
  createProtocolConnection,
  DidOpenTextDocumentNotification,
  HoverRequest,
  InitializedNotification,
  InitializeRequest,
  PublishDiagnosticsNotification,
  RegistrationRequest,
  ShutdownRequest,
  ExitNotification,
  StreamMessageReader,
  StreamMessageWriter,
  type CompletionItem,
  type Diagnostic,
  type Hover,
  type Position,
} from 'vscode-languageserver-protocol/node.js';

const SERVER = createRequire(import.meta.url).resolve('yaml-language-server/bin/yaml-language-server');

export interface Editor {
  /** Opens a document; returns its diagnostics. */
  open(path: string, text: string): Promise<readonly Diagnostic[]>;
  completionsAt(path: string, position: Position): Promise<readonly CompletionItem[]>;
  /** The text of the hover, or an empty text. */
  hoverAt(path: string, position: Position): Promise<string>;
  close(): Promise<void>;
}

/** Starts the server for a folder, with settings as in an editor's settings file; downloads nothing. */
export async function startEditor(
  folder: string,
  settings: Readonly<Record<string, unknown>>,
): Promise<Editor> {
  const server = spawn(process.execPath, [SERVER, '--stdio'], {
    cwd: folder,
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  const ended = new Promise<void>((resolve) => {
    server.on('close', () => {
      resolve();
    });
  });
  const connection = createProtocolConnection(
    new StreamMessageReader(server.stdout),
    new StreamMessageWriter(server.stdin),
  );
  const waiting = new Map<string, (found: readonly Diagnostic[]) => void>();
  connection.onNotification(PublishDiagnosticsNotification.type, ({ uri, diagnostics }) => {
    waiting.get(uri)?.(diagnostics);
  });
  connection.onRequest(ConfigurationRequest.type, ({ items }) =>
    items.map(({ section = '' }) => sectionOf({ 'yaml.schemaStore.enable': false, ...settings }, section)),
  );
  connection.onRequest(RegistrationRequest.type, () => undefined);
  connection.listen();
  const uri = (path: string): string => pathToFileURL(path).href;
  await connection.sendRequest(InitializeRequest.type, {
    processId: process.pid,
    // eslint-disable-next-line @typescript-eslint/no-deprecated -- editors still send it, and paths in settings start there
    rootUri: uri(folder),
    workspaceFolders: [{ uri: uri(folder), name: 'folder' }],
    capabilities: {
      workspace: {
        configuration: true,
        didChangeConfiguration: { dynamicRegistration: true },
        workspaceFolders: true,
      },
      textDocument: { hover: { contentFormat: ['markdown'] }, completion: {} },
    },
  });
  await connection.sendNotification(InitializedNotification.type, {});
  return {
    open: async (path, text) => {
      const found = new Promise<readonly Diagnostic[]>((resolve) => {
        waiting.set(uri(path), resolve);
      });
      await connection.sendNotification(DidOpenTextDocumentNotification.type, {
        textDocument: { uri: uri(path), languageId: 'yaml', version: 1, text },
      });
      return found;
    },
    completionsAt: async (path, position) => {
      const answer = await connection.sendRequest(CompletionRequest.type, {
        textDocument: { uri: uri(path) },
        position,
      });
      return Array.isArray(answer) ? answer : (answer?.items ?? []);
    },
    hoverAt: async (path, position) =>
      hoverText(
        await connection.sendRequest(HoverRequest.type, { textDocument: { uri: uri(path) }, position }),
      ),
    close: async () => {
      await connection.sendRequest(ShutdownRequest.type);
      await connection.sendNotification(ExitNotification.type);
      await ended;
      connection.dispose();
    },
  };
}

/** With `{"yaml.hover": true}`, section `yaml` is `{hover: true}`. */
function sectionOf(settings: Readonly<Record<string, unknown>>, section: string): unknown {
  const inside = Object.entries(settings).filter(([name]) => name.startsWith(`${section}.`));
  return inside.reduce<Record<string, unknown>>((result, [name, value]) => {
    const [first = '', ...rest] = name.slice(section.length + 1).split('.');
    const known = result[first];
    const deeper = typeof known === 'object' && known !== null ? known : {};
    return { ...result, [first]: rest.length === 0 ? value : { ...deeper, [rest.join('.')]: value } };
  }, {});
}

function hoverText(hover: Hover | null): string {
  if (hover === null) return '';
  const parts = Array.isArray(hover.contents) ? hover.contents : [hover.contents];
  return parts.map((part) => (typeof part === 'string' ? part : part.value)).join('\n');
}
