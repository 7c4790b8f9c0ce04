/** Paged lists with opaque tokens that are valid only for their own list, as in the service. */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { invalidParameter } from './service-failure.ts';

/** More than the maximum page size of any list. */
export const LONGEST_PAGE = 60;

export interface PageRequest {
  /** Identifies the list (operation, region, pool); a token of another list is refused. */
  readonly list: string;
  readonly limit: number;
  readonly token: string | undefined;
}

/** The page of `all`, oldest first, after the token; `NextToken` only if more follow. */
export function page<T extends { readonly CreationDate: number }>(
  all: readonly T[],
  request: PageRequest,
): { readonly items: readonly T[]; readonly NextToken: string | undefined } {
  const after = request.token === undefined ? -Infinity : readToken(request.token, request.list);
  const rest = all
    .filter((item) => item.CreationDate > after)
    .sort((a, b) => a.CreationDate - b.CreationDate);
  const items = rest.slice(0, request.limit);
  const last = items.at(-1);
  const more = last !== undefined && rest.length > items.length;
  return { items, NextToken: more ? writeToken(last.CreationDate, request.list) : undefined };
}

function writeToken(after: number, list: string): string {
  return Buffer.concat([signature(String(after), list), Buffer.from(String(after))]).toString('base64');
}

function readToken(token: string, list: string): number {
  const bytes = Buffer.from(token, 'base64');
  const after = bytes.subarray(SIGNATURE_BYTES).toString();
  const genuine =
    bytes.length > SIGNATURE_BYTES &&
    timingSafeEqual(bytes.subarray(0, SIGNATURE_BYTES), signature(after, list));
  if (!genuine) throw invalidParameter('The pagination token is not valid for this list.');
  return Number(after);
}

const SIGNATURE_BYTES = 32;

function signature(after: string, list: string): Buffer {
  return createHmac('sha256', 'page token').update(`${list}\n${after}`).digest();
}
