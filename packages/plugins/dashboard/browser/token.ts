/** Where updates come from, and the headers to request them with. */
export interface Source {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
}

/**
 * Removes the token from the address bar, from where it would spread; updates send it in a header. `name` is the query
 * parameter that carries it, empty where there is none.
 */
export function takeToken(name: string): Source {
  const url = new URL(location.href)
  const complete = `${url}`.replace(url.hash, '')
  const token = name === '' ? null : url.searchParams.get(name)
  if (token === null) return { url: complete, headers: {} }
  url.searchParams.delete(name)
  history.replaceState(history.state, '', url)
  url.hash = ''
  // A token that a header cannot carry stays in the URL of the updates, which is not shown.
  if (!/^[!#-~]+$/.test(token)) return { url: complete, headers: {} }
  return { url: `${url}`, headers: { Authorization: `Bearer ${token}` } }
}
