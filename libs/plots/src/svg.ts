/** A coordinate with at most two decimals, the shortest way. */
export function num(value: number): string {
  const text = value.toFixed(2);
  const short = text.includes('.') ? text.replace(/\.?0+$/, '') : text;
  return short === '-0' ? '0' : short;
}

const ESCAPES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** Text made safe for XML and HTML, in content and attributes. Control characters, which XML 1.0 forbids, are dropped. */
export const escape = (text: string): string =>
  text.replaceAll(/[^\P{Cc}\t\n\r]|[\ufffe\uffff]/gu, '').replaceAll(/[&<>"]/g, (c) => ESCAPES[c]!);

type Attributes = Readonly<Record<string, string | number | undefined>>;

/** An element; numbers become coordinates, undefined attributes are left out, `content` is XML already. */
export function element(name: string, attributes: Attributes, content?: string): string {
  const written = Object.entries(attributes)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => ` ${key}="${typeof value === 'number' ? num(value) : escape(value!)}"`)
    .join('');
  return content === undefined ? `<${name}${written}/>` : `<${name}${written}>${content}</${name}>`;
}

/** Path of straight lines through points; starts anew after a point that is not finite. */
export function polyline(points: Iterable<readonly [number, number]>): string {
  let path = '';
  let pen = false;
  for (const [x, y] of points) {
    if (Number.isFinite(x) && Number.isFinite(y)) {
      path += `${pen ? 'L' : 'M'}${num(x)} ${num(y)}`;
      pen = true;
    } else pen = false;
  }
  return path;
}
