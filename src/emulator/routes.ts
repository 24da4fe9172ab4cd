import type { Answer, Call } from './answer.ts';
import type { Operation } from './operations.ts';

/** One thing a service can be asked. */
export interface Route {
  readonly operation: Operation;
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | '*';
  /** Of the path; named groups are the call's parts. */
  readonly path: RegExp;
  readonly work: (call: Call) => Answer | Promise<Answer>;
}

export function findRoute(
  routes: readonly Route[],
  method: string,
  path: string,
): { route: Route; parts: Record<string, string> } | null {
  const asked = method === 'HEAD' ? 'GET' : method;
  for (const route of routes) {
    if (route.method !== '*' && route.method !== asked) continue;
    const found = route.path.exec(path);
    if (found === null) continue;
    const parts = Object.entries(found.groups ?? {}).map(([name, value]) => [name, decoded(value ?? '')]);
    return { route, parts: Object.fromEntries(parts) };
  }
  return null;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
