import { Injectable } from '@nestjs/common';

/** Paths that exist and the methods they take, as the router was told. */
@Injectable()
export class RouteTable {
  readonly #routes = new Map<string, Set<string>>();

  add(path: string, methods: string | readonly string[]): void {
    const known = this.#routes.get(path) ?? new Set();
    for (const method of [methods].flat()) known.add(method);
    this.#routes.set(path, known);
  }

  paths(): string[] {
    return [...this.#routes.keys()].sort();
  }

  /** Methods that a path takes; none where it does not exist. */
  methodsOf(url: string): string[] {
    const path = url.split('?', 1)[0]!;
    const methods = new Set<string>();
    for (const [route, taken] of this.#routes)
      if (matches(route, path)) for (const method of taken) methods.add(method);
    return [...methods].sort();
  }
}

function matches(route: string, path: string): boolean {
  const wanted = route.split('/');
  const given = path.split('/');
  return wanted.length === given.length && wanted.every((part, i) => part.startsWith(':') || part === given[i]);
}
