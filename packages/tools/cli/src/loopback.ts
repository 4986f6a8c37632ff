/** Whether a host name, or an address, means this machine to every client: `localhost`, `127.0.0.1`, `[::1]`. */
export function isLoopback(host: string): boolean {
  const name = host.replace(/^\[|\]$/g, '').replace(/\.$/, '')
  return (
    name === 'localhost' ||
    name.endsWith('.localhost') ||
    name === '::1' ||
    /^(?:::ffff:)?127(?:\.\d{1,3}){3}$/.test(name)
  )
}

/**
 * Whether a `Host` header names this machine. A page of another site can have its own name resolve to 127.0.0.1 and then read what
 * it requests from there (DNS rebinding), but the browser sends that name here. A client that sends none is no browser.
 */
export function namesLoopback(header: string | undefined): boolean {
  if (header === undefined) return true
  return URL.canParse(`http://${header}`) && isLoopback(new URL(`http://${header}`).hostname)
}
