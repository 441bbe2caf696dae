import type { Better, Point } from './figure.js';

/**
 * The points that no other beats: none is at least as good in both quantities and better in one. In order of x.
 * Equal points stay together.
 */
export function paretoFront<P extends Pick<Point, 'x' | 'y'>>(
  points: readonly P[],
  better: { readonly x: Better; readonly y: Better },
): P[] {
  const [sx, sy] = [better.x === 'low' ? 1 : -1, better.y === 'low' ? 1 : -1];
  const ordered = points
    .filter(({ x, y }) => Number.isFinite(x) && Number.isFinite(y))
    .toSorted((a, b) => sx * (a.x - b.x) || sy * (a.y - b.y));
  const front: P[] = [];
  let best: P | undefined;
  for (const point of ordered) {
    if (best && sy * (point.y - best.y) >= 0 && !(point.x === best.x && point.y === best.y)) continue;
    front.push(point);
    best = point;
  }
  return sx === 1 ? front : front.toReversed();
}
