import { expect } from 'vitest'
import type { MountedApp } from '../src/mounted-app.ts'
import { sendLines } from './send.ts'
import { withDashboard } from './watchman.ts'

/**
 * Starts an app, and expects it to answer with text, with a check that needs the `Request`, with the `Response` of a plugin, and to
 * other methods. It uses nothing that other libraries replace.
 */
export async function expectAnswers(app: MountedApp): Promise<void> {
  const watchman = withDashboard()
  const { url, close } = await app.start(watchman)
  const { pathname } = new URL(url)
  const send = (method: string, target: string) =>
    sendLines(url, `${method} ${pathname}${target} HTTP/1.1`, 'X-Own: yes')
  try {
    const echo = await send('GET', '/?check=echo')
    expect(echo).toMatch(/^HTTP\/1\.1 200 /)
    expect(echo).toMatch(/^cache-control: no-store\r$/im)
    expect(echo).toContain('{"echo":["?check=echo","yes"]}')
    expect(await send('GET', '/bare')).toMatch(/^HTTP\/1\.1 200 /)
    expect(await send('GET', '/ping')).toMatch(/^HTTP\/1\.1 200 .*pong/s)
    expect(await send('HEAD', '/ping')).toMatch(
      /^HTTP\/1\.1 200 .*content-type: text\/plain\r\n.*\r\n\r\n$/is,
    )
    expect(await send('POST', '/ping')).toMatch(/^HTTP\/1\.1 405 .*allow: GET, HEAD\r\n/is)
    expect(await send('GET', '/page?x=1')).toMatch(/^HTTP\/1\.1 200 .*<p>\?x=1<\/p>/s)
    expect(await send('GET', '/unknown')).toMatch(/^HTTP\/1\.1 404 .*\{"error":404,"message":"Not found"\}/s)
  } finally {
    await close()
    await watchman.close()
  }
}
