/** Where updates come from, and with which headers. */
export interface Source {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
}

/** Takes the token out of the address bar, where it would spread, and has it sent by a header from then on. */
export function takeToken(name: string): Source {
  const url = new URL(location.href)
  const token = url.searchParams.get(name)
  if (token === null) return { url: `${url}`.replace(url.hash, ''), headers: {} }
  const asked = `${url}`.replace(url.hash, '')
  url.searchParams.delete(name)
  history.replaceState(history.state, '', url)
  url.hash = ''
  // What a header cannot carry as it is stays in the URL, which nobody sees.
  if (!/^[!#-~]+$/.test(token)) return { url: asked, headers: {} }
  return { url: `${url}`, headers: { Authorization: `Bearer ${token}` } }
}
