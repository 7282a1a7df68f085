/** The way to the server: JSON in, JSON out, and every refusal as one kind of error that a person can act on. */
import type { Problem } from './types';

export class RefusedError extends Error {
  constructor(
    readonly status: number,
    message: string,
    readonly problems: Problem[],
  ) {
    super(message);
  }
}

/** Reads; what is too long for an address (the text of a file) goes in a body. */
export async function get<T>(path: string, signal?: AbortSignal, body?: unknown): Promise<T> {
  const sent: RequestInit = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body), headers: { 'Content-Type': 'application/json' } };
  return ask<T>(path, signal ? { ...sent, signal } : sent);
}

/** With `match`, only if what is changed is still what was read: else the server refuses with 412. */
export async function send<T>(method: 'POST' | 'PUT' | 'DELETE', path: string, body?: unknown, match?: string, signal?: AbortSignal): Promise<T> {
  const headers: Record<string, string> = match === undefined ? {} : { 'If-Match': match };
  const init: RequestInit = { method, headers, ...(signal && { signal }) };
  if (body instanceof FormData) init.body = body;
  else if (body !== undefined) {
    init.body = JSON.stringify(body);
    headers['Content-Type'] = 'application/json';
  }
  return ask<T>(path, init);
}

/** A file that the server makes of what it is sent, with the name that the server gives it. */
export async function file(path: string, body: unknown): Promise<{ blob: Blob; name: string }> {
  const response = await answer(path, { method: 'POST', body: JSON.stringify(body), headers: { 'Content-Type': 'application/json' } });
  const name = /filename="([^"]+)"/.exec(response.headers.get('Content-Disposition') ?? '')?.[1] ?? 'kaldor';
  return { blob: await response.blob(), name };
}

/** Whether somebody else changed it meanwhile. */
export function isConflict(error: unknown): boolean {
  return error instanceof RefusedError && error.status === 412;
}

/** `a=1&b=2` of what is set; lists repeat their name. */
export function query(values: Record<string, string | number | boolean | readonly string[] | undefined>): string {
  const pairs = new URLSearchParams();
  for (const [name, value] of Object.entries(values)) {
    if (Array.isArray(value)) for (const one of value) pairs.append(name, one);
    else if (value !== undefined && value !== '') pairs.set(name, String(value));
  }
  const text = pairs.toString();
  return text && `?${text}`;
}

async function ask<T>(path: string, init: RequestInit): Promise<T> {
  const response = await answer(path, init);
  return response.status === 204 ? (undefined as T) : ((await response.json()) as T);
}

async function answer(path: string, init: RequestInit): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(`api/${path}`, init);
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw new RefusedError(0, 'no answer', []);
  }
  if (!response.ok) throw await refusal(response);
  return response;
}

async function refusal(response: Response): Promise<RefusedError> {
  try {
    const body = (await response.json()) as { message?: string; problems?: Problem[] };
    return new RefusedError(response.status, body.message ?? response.statusText, body.problems ?? []);
  } catch {
    return new RefusedError(response.status, response.statusText, []);
  }
}
