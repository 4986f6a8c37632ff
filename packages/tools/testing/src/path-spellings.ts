/** Targets that differ from the path of a view, by how they differ. */
export type PathSpellings = Readonly<Record<string, readonly string[]>>

/**
 * Other spellings of the path of a view, which proxies, routers and URL parsers may take for that path: a rule of a proxy for the
 * path does not see them, so that none may reach the view.
 *
 * @param mount the path of the mount: `'/watchman'`
 * @param view the path of a view below it: `'ping'`
 * @example
 * for (const target of Object.values(pathSpellings('/watchman', 'ping')).flat()) await send(`GET ${target} HTTP/1.1\r\n…`)
 */
export function pathSpellings(mount: string, view: string): PathSpellings {
  const plain = `${mount}/${view}`
  const parent = mount.slice(0, mount.lastIndexOf('/'))
  const last = mount.slice(parent.length + 1)
  const backslashed = plain.slice(1).replaceAll('/', '\\')

  return {
    'dot segments': [
      ...[`/.${plain}`, `/x/..${plain}`, `/..${plain}`, `/x/../..${plain}`, `/%2e${plain}`],
      ...[`/x/%2e%2e${plain}`, `/x/.%2e${plain}`, `/x/%2E.${plain}`, `/...${plain}`],
      ...[`${mount}/./${view}`, `${mount}/../${last}/${view}`, `${mount}/x/../${view}`],
      ...[`${mount}/%2e/${view}`, `${mount}/x/%2E%2E/${view}`, `${plain}/.`, `${plain}/x/..`, `${plain}/%2e`],
    ],
    'doubled slashes': [
      ...[`/${plain}`, `//${plain}`, `${parent}//${last}/${view}`, `${mount}//${view}`, `${plain}//`],
      ...[plain.replaceAll('/', '//'), `//evil.example${plain}`],
    ],
    'encoded characters': [
      ...[`${parent}/${encodeAll(last[0])}${last.slice(1)}/${view}`, `${parent}/${encodeAll(last)}/${view}`],
      ...[`${mount}/${encodeAll(view[0])}${view.slice(1)}`, `${mount}/${encodeAll(view)}`],
      `${mount}/${encodeAll(view).toLowerCase()}`,
      ...[`${parent}/${encodeTwice(last)}/${view}`, `${mount}/${encodeTwice(view)}`],
      ...[`${mount}%2F${view}`, `${mount}%2f${view}`, `${mount}%252F${view}`, `${parent}/%2F${last}/${view}`],
      ...[`${plain}%2F`, `${plain}%00`, `${plain}%20`, `${mount}/%20${view}`, `${plain}%0A`, `${plain}%3F`],
      ...[`${plain}%23`, `${mount}/%u0070ing`, `${mount}/%C1%B0ing`, `${mount}/%EF%BD%90ing`, `${plain}%`],
    ],
    backslashes: [
      ...[`/x\\..${plain}`, `/x\\..\\${backslashed}`, `/x/..\\${backslashed}`, `/\\${plain.slice(1)}`],
      ...[`${mount}\\${view}`, `${mount}\\${view}#x`, `${mount}\\${view}?x`, `${mount}/x\\..\\${view}`],
      ...[
        `${mount}/\\${view}`,
        `${plain}\\`,
        `${plain}\\#`,
        `${mount}%5C${view}`,
        `${parent}/x%5C..%5C${last}/${view}`,
      ],
    ],
    'capital letters': [
      ...[`${mount}/${view.toUpperCase()}`, `${mount}/${view.slice(0, 1).toUpperCase()}${view.slice(1)}`],
      ...[
        plain.toUpperCase(),
        `${parent}/${last.toUpperCase()}/${view}`,
        `${parent}/${last.slice(0, 1).toUpperCase()}${last.slice(1)}/${view}`,
      ],
    ],
    'matrix parameters': [
      ...[`${plain};`, `${plain};x=1`, `${mount};x=1/${view}`, `/;x=1${plain}`, `${mount}/;/${view}`],
      ...[`${mount}/..;/${last}/${view}`, `${mount}/x/..;/${view}`, `${mount}/x;/../${view}`, `${plain},`],
    ],
    'a host in the target': [
      ...[`http://evil.example/${plain}`, `http://evil.example/.${plain}`, `http://evil.example;${plain}`],
      ...[
        `http://evil.example:x${plain}`,
        `http://evil.example\\x${plain}`,
        `http://${plain}`,
        `http:${plain}`,
      ],
      ...[`http://evil.example?${plain}`, `http://evil.example#${plain}`, `ftp://evil.example${plain}`],
    ],
    'queries and fragments': [
      `/?${plain}`,
      `/?/..${plain}`,
      `/#${plain}`,
      `/x?/..${plain}`,
      `/x#/..${plain}`,
    ],
  }
}

/** With every character percent-encoded. */
function encodeAll(text = ''): string {
  return [...text].map((one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`).join('')
}

/** With its first character percent-encoded, and then the percent sign. */
function encodeTwice(text: string): string {
  return `${encodeAll(text[0]).replace('%', '%25')}${text.slice(1)}`
}
