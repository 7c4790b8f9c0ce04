/** The names of the profiles in the AWS CLI's two files. Only headings are read: the values are credentials. */

const HEADING = /^[ \t]*\[[ \t]*([^\]\r\n]+?)[ \t]*\]/gm;

/**
 * The profiles that the text of `config` and of `credentials` name, each once, sorted. In `config` a profile is
 * `[default]` or `[profile NAME]`, in `credentials` any heading (AWS SDKs and Tools Reference Guide, shared files).
 */
export function profileNames(config: string, credentials: string): readonly string[] {
  const headings = (text: string): readonly string[] =>
    [...text.matchAll(HEADING)].map(([, heading = '']) => heading);
  const configured = headings(config).flatMap((heading) =>
    heading === 'default' ? [heading] : (/^profile[ \t]+(.+)$/.exec(heading)?.[1] ?? []),
  );
  const names = [...configured, ...headings(credentials)].map((name) => name.replace(/^(["'])(.*)\1$/, '$2'));
  return [...new Set(names)].sort();
}
